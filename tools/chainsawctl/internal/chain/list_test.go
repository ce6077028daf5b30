package chain

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		name, config string
		types        []string
		err          string
	}{
		{"list", `{"name": "a", "plugins": [{"type": "bridge"}, {"type": "chainsaw"}]}`, []string{"bridge", "chainsaw"}, ""},
		{"single configuration", `{"name": "a", "type": "bridge"}`, []string{"bridge"}, ""},
		{"neither", `{"name": "a"}`, nil, `neither "plugins" nor a "type"`},
		{"empty list", `{"name": "a", "plugins": []}`, nil, "no plugins in list"},
		{"plugin without type", `{"name": "a", "plugins": [{}]}`, nil, "missing 'type'"},
		{"no JSON", `{`, nil, "unexpected end"},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := Parse([]byte(test.config))
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("the error is %v, want %q in it", err, test.err)
				}
				return
			}
			if err != nil || !reflect.DeepEqual(Types(list), test.types) {
				t.Errorf("got %v, want the types %q", err, test.types)
			}
		})
	}
}

func TestParseKeepsASingleConfigurationWhole(t *testing.T) {
	list, err := Parse([]byte(`{"name": "a", "cniVersion": "0.3.1", "type": "bridge", "mtu": 1400}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(list.Plugins[0].Bytes); !strings.Contains(got, `"mtu":1400`) || list.CNIVersion != "0.3.1" || list.Name != "a" {
		t.Errorf("the list is %+v with %s", list, got)
	}
}

func TestInstalled(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"bridge", "host-local"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, plugin, want string }{
		{"plugin and IPAM", `{"type": "bridge", "ipam": {"type": "host-local"}}`, ""},
		{"typing error", `{"type": "brigde"}`, `did you mean "bridge"?`},
		{"IPAM that is missing", `{"type": "bridge", "ipam": {"type": "whereabouts"}}`, `"whereabouts" is not in`},
		{"a path", `{"type": "../../bin/sh"}`, "no name of a plugin"},
		{"a folder", `{"type": "folder"}`, `"folder" is not in`},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := Parse([]byte(`{"name": "a", "plugins": [` + test.plugin + `]}`))
			if err != nil {
				t.Fatal(err)
			}
			err = Installed(list, []string{"/nowhere", folder})
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestCheckable(t *testing.T) {
	for config, want := range map[string]bool{
		`{"name": "a", "cniVersion": "1.1.0", "plugins": [{"type": "x"}]}`:                       true,
		`{"name": "a", "cniVersion": "0.4.0", "plugins": [{"type": "x"}]}`:                       true,
		`{"name": "a", "cniVersion": "0.3.1", "plugins": [{"type": "x"}]}`:                       false,
		`{"name": "a", "plugins": [{"type": "x"}]}`:                                              false,
		`{"name": "a", "cniVersion": "1.1.0", "disableCheck": true, "plugins": [{"type": "x"}]}`: false,
	} {
		list, err := Parse([]byte(config))
		if err != nil {
			t.Fatal(err)
		}
		if got := (Chain{List: list}).Checkable(); got != want {
			t.Errorf("%s: checkable is %t", config, got)
		}
	}
}
