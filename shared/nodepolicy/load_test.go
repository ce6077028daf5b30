package nodepolicy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned/rootownedtest"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

// write makes a file for which the umask does not count.
func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func TestLoadKnowsNoPolicy(t *testing.T) {
	dir := rootownedtest.Folder(t)
	link(t, dir, filepath.Join(dir, "link"))
	for name, path := range map[string]string{
		"no file":                           "none.json",
		"no folder":                         "none/policy.json",
		"no file in a folder behind a link": "link/policy.json",
	} {
		if policy, err := Load(filepath.Join(dir, path)); policy != nil || err != nil {
			t.Errorf("%s: %v, %v", name, policy, err)
		}
	}
	if policy, err := Load(filepath.Join(dir, "none.json"), filepath.Join(dir, "none")); policy != nil || err != nil {
		t.Errorf("nothing at two places: %v, %v", policy, err)
	}
}

// TestLoadRefuses has a good policy at a second place, which must not count.
func TestLoadRefuses(t *testing.T) {
	for _, test := range []struct {
		name, says string
		put        func(t *testing.T, path string)
	}{
		{"what everybody may write", "writable by everyone", func(t *testing.T, path string) { write(t, path, example, 0o666) }},
		{"what is broken", "is not valid", func(t *testing.T, path string) { write(t, path, "{", 0o644) }},
		{"what is empty", "is not valid", func(t *testing.T, path string) { write(t, path, "", 0o644) }},
		{"what is huge", "larger", func(t *testing.T, path string) { write(t, path, example+strings.Repeat(" ", maxSize), 0o644) }},
		{"a folder", "no regular file", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}},
		{"a link that leads nowhere", "leads to nothing", func(t *testing.T, path string) { link(t, path+".gone", path) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := rootownedtest.Folder(t)
			first, second := filepath.Join(dir, "first.json"), filepath.Join(dir, "second.json")
			write(t, second, example, 0o600)
			test.put(t, first)
			policy, err := Load(first, second)
			if err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), first) {
				t.Errorf("got %v, %v; want an error that says %q of %s", policy, err, test.says, first)
			}
		})
	}
	t.Run("a folder that is a link to nowhere", func(t *testing.T) {
		dir := rootownedtest.Folder(t)
		link(t, filepath.Join(dir, "gone"), filepath.Join(dir, "link"))
		write(t, filepath.Join(dir, "second.json"), example, 0o600)
		if _, err := Load(filepath.Join(dir, "link", "policy.json"), filepath.Join(dir, "second.json")); err == nil || !strings.Contains(err.Error(), "leads to nothing") {
			t.Errorf("it counts as no policy: %v", err)
		}
	})
}

func TestLoadTakesTheFirstThatIsThere(t *testing.T) {
	dir := rootownedtest.Folder(t)
	first, second := filepath.Join(dir, "first.json"), filepath.Join(dir, "second.json")
	want := func(strongest variant.Variant) {
		t.Helper()
		if policy, err := Load(first, second); err != nil || policy.Caps[0].Variant != strongest {
			t.Errorf("got %v, %v; want %s", policy, err, strongest)
		}
	}
	write(t, second, `{"caps": [{"namespaces": ["*"], "variant": "chainsaw"}]}`, 0o600)
	want(variant.Exec)
	write(t, first, `{"caps": [{"namespaces": ["*"], "variant": "chainsaw-inspect"}]}`, 0o644)
	want(variant.Inspect)
	write(t, second, "broken", 0o600) // and nobody reads it
	want(variant.Inspect)
}

func TestWhereNamesWhatToEdit(t *testing.T) {
	for want, policy := range map[string]*Policy{
		"/etc/chainsaw/policy.json or the ConfigMap of chainsawd":                    nil,
		"/etc/chainsaw/policy.json":                                                  {file: AdminPath},
		"the ConfigMap of chainsawd, of which /var/lib/chainsaw/policy.json is made": {file: DaemonPath},
		"it": {},
	} {
		if got := policy.Where(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	const path = "policies/shop.json"
	policy, err := DecodeFile(path, []byte(`{"caps": []}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := policy.For("b"); err == nil || !strings.HasSuffix(err.Error(), "add one in "+path) {
		t.Errorf("the error is %v; want it to name %s", err, path)
	}
}
