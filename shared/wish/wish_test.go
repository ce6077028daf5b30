package wish

import (
	"slices"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
)

var net1 = Attachment{Interface: "net1", Network: "storage"}

func TestParseForms(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       Wish
	}{
		{"a list", `["ip route"," ip addr"]`, said("ip route", " ip addr")},
		{"a list with white space around, as YAML's > leaves it", "[\"ip route\"]\n", said("ip route")},
		{"an empty list says: none", `[]`, said()},
		{"nothing says: none", " \n", said()},
		{"one bare command", "ip route\n", said("ip route")},
		{"a bare command without ip", "route", said("route")},
		{"the interface's key", `{"net1": ["a"], "storage": ["b"], "*": ["c"]}`, said("a")},
		{"the network's key", `{"net2": ["a"], "storage": ["b"], "*": ["c"]}`, said("b")},
		{"everyone's key", `{"net2": ["a"], "*": ["c"]}`, said("c")},
		{"no key for this attachment says nothing", `{"net2": ["a"]}`, Wish{Source: PodAnnotation}},
		{"an empty object says nothing", `{}`, Wish{Source: PodAnnotation}},
		{"an empty list under the key says: none", `{"net1": []}`, said()},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Parse(test.text, PodAnnotation, net1)
			if err != nil {
				t.Fatal(err)
			}
			if got.Said != test.want.Said || got.Source != test.want.Source || !slices.Equal(got.Commands, test.want.Commands) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func said(commands ...string) Wish {
	return Wish{Source: PodAnnotation, Said: true, Commands: commands}
}

func TestParseNamesThePlace(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a number among the commands", `["ip route", 7]`, `column 14: command #2 must be a string such as "ip route", not a number: "7]"`},
		{"a list that is not closed", `["ip route"`, "ends too early"},
		{"single quotes in the list", `['ip route']`, `column 2: invalid character '\'' looking for beginning of value, near "'ip route']": JSON has double quotes`},
		{"a quoted command", `"ip route"`, `write a list of commands such as ["ip route"]`},
		{"a string where a list belongs", `{"net1": "ip route"}`, `column 10: under "net1": write a list of commands such as ["ip route"], not a string: "\"ip route\"}"`},
		{"a mistake under another attachment's key", `{"net9": [true]}`, "command #1 must be a string"},
		{"the same key twice", `{"net1": [], "net1": []}`, "second time"},
		{"something behind the list", `["ip route"] ["ip addr"]`, "something follows"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Parse(test.text, PodAnnotation, net1)
			if err == nil {
				t.Fatalf("it was read as %+v", got)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %q, want it to say %q", err, test.want)
			}
		})
	}
}

func TestFromValueReadsJSONAndTextInAString(t *testing.T) {
	for _, test := range []struct {
		doc  string
		want []string
	}{
		{`["ip route"]`, []string{"ip route"}},
		{`{"net1": ["ip route"]}`, []string{"ip route"}},
		{`"ip route"`, []string{"ip route"}},
		{`"[\"ip route\"]"`, []string{"ip route"}},
		{`null`, nil},
	} {
		value, err := strictjson.Parse([]byte(test.doc))
		if err != nil {
			t.Fatal(err)
		}
		got, err := FromValue(&value, net1)
		if err != nil || !got.Said || got.Source != CNIArgs || !slices.Equal(got.Commands, test.want) {
			t.Errorf("%s: got %+v, %v", test.doc, got, err)
		}
	}
	value, _ := strictjson.Parse([]byte(`7`))
	if _, err := FromValue(&value, net1); err == nil {
		t.Error("a number was read as commands")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`["ip route"]`, `{"net1":["a"],"*":[]}`, "ip route", `["a",1]`, `{"a":{"b":[]}}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w, err := Parse(text, PodAnnotation, net1)
		if err != nil && err.Error() == "" {
			t.Error("an error without a sentence")
		}
		if !w.Said && len(w.Commands) > 0 {
			t.Errorf("commands of a pod that said nothing: %+v", w)
		}
	})
}

// cni-args come in somebody else's document, whose lines tell their author
// nothing.
func TestFromValueSaysUnderWhichKey(t *testing.T) {
	v, err := strictjson.Parse([]byte(`{"net1": ["ip route"], "net2": ["ip route", 5]}`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = FromValue(&v, Attachment{Interface: "net1"})
	if err == nil || !strings.Contains(err.Error(), `under "net2": command #2 must be a string`) {
		t.Errorf("the error is %v", err)
	}
}
