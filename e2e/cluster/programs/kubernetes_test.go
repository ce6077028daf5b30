package programs

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/worktree"
)

func TestKubernetesIsTheNewestUnlessAnotherIsChosen(t *testing.T) {
	versions, err := kubernetesVersions()
	if err != nil {
		t.Fatal(err)
	}
	if len(versions) < 2 {
		t.Fatalf("there is nothing to choose among: %v", versions)
	}
	newest := versions[len(versions)-1]
	for _, test := range []struct{ chosen, want string }{{"", newest}, {newest, newest}, {versions[0], versions[0]}} {
		t.Setenv("KUBERNETES", test.chosen)
		if got, err := Kubernetes(); got != test.want || err != nil {
			t.Errorf("KUBERNETES=%s chooses %q, %v; want %s", test.chosen, got, err, test.want)
		}
	}
}

func TestUnknownKubernetesIsAnsweredByThoseThatAreKnown(t *testing.T) {
	versions, err := kubernetesVersions()
	if err != nil {
		t.Fatal(err)
	}
	for _, chosen := range []string{"1.2", "1", "../node", versions[0] + ".1", "v" + versions[0]} {
		t.Setenv("KUBERNETES", chosen)
		want := fmt.Sprintf("there is no Kubernetes %q here: use %s", chosen, strings.Join(versions, " or "))
		if _, err := Kubernetes(); err == nil || err.Error() != want {
			t.Errorf("KUBERNETES=%s is answered by %v, want %s", chosen, err, want)
		}
	}
}

// The folder names the minor version, and the staging modules are of the same
// release as the rest.
func TestModulesOfKubernetesPinOneRelease(t *testing.T) {
	release := regexp.MustCompile(`k8s\.io/kubernetes v1(\.\d+)(\.\d+)`)
	staging := regexp.MustCompile(`=> (\S+) v0(\S+)`)
	for version, text := range goMods(t) {
		pinned := release.FindStringSubmatch(text)
		if pinned == nil || "1"+pinned[1] != version {
			t.Errorf("hack/kubernetes/%s pins %q", version, pinned)
			continue
		}
		for _, module := range staging.FindAllStringSubmatch(text, -1) {
			if module[2] != pinned[1]+pinned[2] {
				t.Errorf("hack/kubernetes/%s has %s v0%s beside %s", version, module[1], module[2], pinned[0])
			}
		}
	}
}

func TestVersionsOfKubernetesShareNothingThatIsBuilt(t *testing.T) {
	keys := map[string]string{}
	for version := range goMods(t) {
		module, err := worktree.Path("hack", kubernetesModules, version)
		if err != nil {
			t.Fatal(err)
		}
		key, err := keyOf(module)
		if other, taken := keys[key]; taken || err != nil {
			t.Errorf("%s has the key %s, as has %q (%v)", version, key, other, err)
		}
		keys[key] = version
	}
}

// goMods are the texts of what pins Kubernetes, by version.
func goMods(t *testing.T) map[string]string {
	t.Helper()
	versions, err := kubernetesVersions()
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, version := range versions {
		path, err := worktree.Path("hack", kubernetesModules, version, "go.mod")
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[version] = string(text)
	}
	return texts
}
