package netconf

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

func TestDecodeGivesDefaults(t *testing.T) {
	config, err := Decode([]byte(`{"cniVersion": "1.0.0", "name": "n", "type": "chainsaw", "foo": "bar"}`), variant.Exec)
	if err != nil {
		t.Fatal(err)
	}
	if config.PodCommands != Replace || config.OnError != Fail || config.Lookup != Required ||
		config.CommandTimeout != 10*time.Second || !config.SocketEnabled {
		t.Errorf("the defaults are %+v", config)
	}
	if config.PrevResult != nil || config.CNIArgs != nil || config.PodAnnotations != nil {
		t.Errorf("something is there that was not given: %+v", config)
	}
}

func TestDecodeReadsEveryKey(t *testing.T) {
	config, err := Decode([]byte(`{
		"cniVersion": "0.4.0", "name": "n", "type": "chainsaw-filter",
		"commands": ["ip route"], "podCommands": "append", "rules": [{"allow": "read"}],
		"onError": "continue", "lookup": "optional", "commandTimeout": "5s",
		"kubeconfig": "/k", "socket_enabled": false, "socket_path": "/s",
		"args": {"cni": {"chainsaw": ["ip addr"], "mtu": 9000}},
		"runtimeConfig": {"io.kubernetes.cri.pod-annotations": {"a": "b"}},
		"prevResult": {"cniVersion": "0.4.0", "interfaces": [{"name": "net1", "sandbox": "/x"}], "ips": [{"version": "4", "address": "10.0.0.2/24"}]}
	}`), variant.Filter)
	if err != nil {
		t.Fatal(err)
	}
	if config.Commands[0] != "ip route" || config.PodCommands != Append || len(config.Rules) != 1 ||
		config.OnError != Continue || config.Lookup != Optional || config.CommandTimeout != 5*time.Second ||
		config.Kubeconfig != "/k" || config.SocketEnabled || config.SocketPath != "/s" ||
		config.CNIArgs.Items[0].Text != "ip addr" || config.PodAnnotations["a"] != "b" ||
		config.PrevResult.IPs[0].Address.String() != "10.0.0.2/24" {
		t.Errorf("got %+v", config)
	}
}

func TestDecodeTellsNoAnnotationsFromNoneGiven(t *testing.T) {
	for _, test := range []struct {
		given string
		nil   bool
	}{{`{}`, true}, {`null`, true}, {`{"io.kubernetes.cri.pod-annotations": null}`, false}, {`{"io.kubernetes.cri.pod-annotations": {}}`, false}} {
		config, err := Decode([]byte(`{"runtimeConfig": `+test.given+`}`), variant.Exec)
		if err != nil {
			t.Fatal(err)
		}
		if (config.PodAnnotations == nil) != test.nil {
			t.Errorf("%s: annotations are %v", test.given, config.PodAnnotations)
		}
	}
}

func TestDecodeReadsPrevResultsOfAllVersions(t *testing.T) {
	for version, prev := range map[string]string{
		"":      `{"ip4": {"ip": "10.0.0.2/24", "gateway": "10.0.0.1"}}`,
		"0.1.0": `{"ip4": {"ip": "10.0.0.2/24"}}`,
		"0.2.0": `{"ip4": {"ip": "10.0.0.2/24"}}`,
		"0.3.0": `{"ips": [{"version": "4", "address": "10.0.0.2/24"}]}`,
		"0.3.1": `{"ips": [{"version": "4", "address": "10.0.0.2/24"}]}`,
		"0.4.0": `{"ips": [{"version": "4", "address": "10.0.0.2/24"}]}`,
		"1.0.0": `{"ips": [{"address": "10.0.0.2/24"}]}`,
		"1.1.0": `{"ips": [{"address": "10.0.0.2/24"}]}`,
	} {
		t.Run("version "+version, func(t *testing.T) {
			named := strings.Replace(prev, "{", `{"cniVersion": "`+version+`", `, 1)
			for _, prev := range []string{prev, named} {
				config, err := Decode([]byte(`{"cniVersion": "`+version+`", "prevResult": `+prev+`}`), variant.Exec)
				if err != nil {
					t.Fatal(err)
				}
				if got := config.PrevResult.IPs[0].Address.String(); got != "10.0.0.2/24" {
					t.Errorf("the address is %s", got)
				}
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, test := range []struct {
		name, doc string
		code      cnierror.Code
		want      string
	}{
		{"no JSON", `nonsense`, cnierror.Undecodable, "line 1, column"},
		{"half of it", `{"name": `, cnierror.Undecodable, "ends too early"},
		{"a list", `[]`, cnierror.InvalidConfig, "the configuration must be an object"},
		{"a duplicate key", `{"rules": [], "rules": []}`, cnierror.Undecodable, `"rules" stands here a second time`},
		{"a twin of our key", `{"podcommands": "ignore"}`, cnierror.InvalidConfig, `could be mistaken for "podCommands"`},
		{"a twin by the long s", "{\"rule\u017f\": []}", cnierror.InvalidConfig, `could be mistaken for "rules"`},
		{"a twin of a key of CNI", `{"PrevResult": {}}`, cnierror.InvalidConfig, `could be mistaken for "prevResult"`},
		{"a twin of our args", `{"args": {"cni": {"Chainsaw": []}}}`, cnierror.InvalidConfig, `could be mistaken for "chainsaw"`},
		{"commands that are no list", `{"commands": "ip route"}`, cnierror.InvalidConfig, `"commands" must be a list, and it is a string`},
		{"a command that is no string", `{"commands": ["ip route", 7]}`, cnierror.InvalidConfig, `column 27: "commands" #2 must be a string`},
		{"null commands", `{"commands": null}`, cnierror.InvalidConfig, `must be a list, and it is null`},
		{"an unknown merge", `{"podCommands": "merge"}`, cnierror.InvalidConfig, `there are "replace", "append", "prepend", "ignore"`},
		{"an unknown onError", `{"onError": "warn"}`, cnierror.InvalidConfig, `there are "fail", "continue"`},
		{"an unknown lookup", `{"lookup": "never"}`, cnierror.InvalidConfig, `there are "required", "optional"`},
		{"a timeout that is too long", `{"commandTimeout": "31s"}`, cnierror.InvalidConfig, "from 100ms to 30s"},
		{"a timeout that is too short", `{"commandTimeout": "99ms"}`, cnierror.InvalidConfig, "from 100ms to 30s"},
		{"a timeout without a unit", `{"commandTimeout": "5"}`, cnierror.InvalidConfig, `such as "5s"`},
		{"a timeout that is a number", `{"commandTimeout": 5}`, cnierror.InvalidConfig, "must be a string"},
		{"rules outside chainsaw-filter", `{"rules": []}`, cnierror.InvalidConfig, `"rules" are for chainsaw-filter, and this is chainsaw`},
		{"args that are no object", `{"args": {"cni": []}}`, cnierror.InvalidConfig, `"cni" must be an object`},
		{"an annotation that is no string", `{"runtimeConfig": {"io.kubernetes.cri.pod-annotations": {"a": 1}}}`, cnierror.InvalidConfig, `the annotation "a" must be a string`},
		{"a prevResult of another form", `{"cniVersion": "1.0.0", "prevResult": {"ips": "none"}}`, cnierror.Undecodable, "reading prevResult"},
		{"a prevResult of another version", `{"cniVersion": "1.0.0", "prevResult": {"cniVersion": "0.2.0"}}`, cnierror.Undecodable, `line 1, column 39: as a result of cniVersion "1.0.0"`},
		{"a prevResult with a null interface", `{"cniVersion": "0.4.0", "prevResult": {"cniVersion": "0.4.0", "interfaces": [null]}}`, cnierror.Undecodable, "column 78: a list of it has a null"},
		{"a prevResult with a null address", `{"cniVersion": "0.3.1", "prevResult": {"cniVersion": "0.3.1", "ips": [null]}}`, cnierror.Undecodable, "a list of it has a null"},
		{"a prevResult with a null route", `{"cniVersion": "1.0.0", "prevResult": {"cniVersion": "1.0.0", "routes": [null]}}`, cnierror.Undecodable, "a list of it has a null"},
		{"a prevResult of no known version", `{"cniVersion": "9.9.9", "prevResult": {}}`, cnierror.Undecodable, "reading prevResult"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Decode([]byte(test.doc), variant.Exec)
			var coded *cnierror.Error
			if !errors.As(err, &coded) {
				t.Fatalf("the error is %v", err)
			}
			if coded.Code != test.code || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %d %q, want %d and %q", coded.Code, err, test.code, test.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"cniVersion": "1.0.0", "name": "n", "type": "chainsaw", "commands": ["ip route"], "rules": [{"allow": "read"}]}`))
	f.Add([]byte(`{"cniVersion": "0.4.0", "prevResult": {"interfaces": [null], "ips": [{"interface": 3}]}}`))
	f.Add([]byte(`{"cniVersion": "0.4.0", "prevResult": {"cniVersion": "0.4.0", "interfaces": [null], "ips": [{"interface": 3}]}}`))
	f.Add([]byte(`{"cniVersion": "0.2.0", "prevResult": {"ip4": {"ip": "10.0.0.2/24", "routes": [{"dst": "0.0.0.0/0"}]}}}`))
	f.Add([]byte(`{"args": {"cni": {"chainsaw": {"*": ["a"]}}}, "runtimeConfig": {"io.kubernetes.cri.pod-annotations": null}}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, v := range variant.All {
			if _, err := Decode(doc, v); err != nil && err.Error() == "" {
				t.Error("an error without a sentence")
			}
		}
	})
}
