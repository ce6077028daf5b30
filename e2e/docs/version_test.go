package docs

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// kustomization is the one place that says which release is deployed.
const kustomization = "deployments/kustomize/image/kustomization.yaml"

var (
	// release is how others name a release of ours: an image, an action, a ref.
	release  = regexp.MustCompile(`(?:chainsaw(?:ctl)?[:@]|\brev: |\?ref=)(v\d+\.\d+\.\d+\S*)`)
	deployed = regexp.MustCompile(`newTag: (\S+)`)
)

// TestEveryoneNamesTheReleaseThatIsDeployed finds who was forgotten when the next
// one was made.
func TestEveryoneNamesTheReleaseThatIsDeployed(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, kustomization))
	if err != nil {
		t.Fatal(err)
	}
	tag := deployed.FindStringSubmatch(string(text))
	if tag == nil {
		t.Fatalf("%s has no newTag", kustomization)
	}
	texts := pages(t)
	for _, pattern := range []string{".pre-commit-hooks.yaml", "deployments/*.yaml"} {
		maps.Copy(texts, read(t, pattern))
	}
	var naming []string
	for file, text := range texts {
		for _, found := range release.FindAllStringSubmatch(text, -1) {
			naming = append(naming, strings.TrimPrefix(file, root+"/"))
			if found[1] != tag[1] {
				t.Errorf("%s names %s, and %s is deployed: change it, or %s", file, found[0], tag[1], kustomization)
			}
		}
	}
	for _, file := range []string{".pre-commit-hooks.yaml", "deployments/README.md", "deployments/daemonset.yaml", "docs/chainsawctl.md", "docs/install.md"} {
		if !slices.Contains(naming, file) {
			t.Errorf("%s names no release: the pattern is wrong", file)
		}
	}
}
