// Package plugins holds one folder for each plugin binary. This file holds
// what they have in common: what they must not link.
package plugins

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// A plugin starts for every attachment of every pod. These cost more at
// start-up, merely linked, than all the rest of an ADD, or bring a second
// reader of what the node trusts; chainsawd and chainsaw-lookup have them.
var forbidden = []string{
	"crypto/rand", // 0.1 ms of self-tests and tables; math/rand/v2 does where nothing is secret
	"crypto/tls",
	"github.com/containernetworking/cni/libcni",
	"github.com/k8snetworkplumbingwg/network-attachment-definition-client",
	"github.com/prometheus",
	"github.com/santhosh-tekuri/jsonschema",
	"github.com/spf13",
	"github.com/vishvananda/netlink", // docs/decisions/0013-rtnetlink.md
	"go.opentelemetry.io",
	"go.yaml.in",
	"gopkg.in",
	"html/template",
	"k8s.io",
	"net/http",
	"sigs.k8s.io",
	"testing",
	"text/template",
}

func TestPluginsDoNotLink(t *testing.T) {
	importsOf := goList(t)
	plugins := slices.DeleteFunc(slices.Sorted(maps.Keys(importsOf)), func(pkg string) bool {
		return !strings.HasPrefix(pkg, "github.com/chainsaw-cni/chainsaw/plugins/")
	})
	if len(plugins) == 0 {
		t.Fatal("go list found no plugin in this module")
	}

	for _, plugin := range plugins {
		t.Run(plugin[strings.LastIndex(plugin, "/")+1:], func(t *testing.T) {
			for _, path := range pathsToForbidden(plugin, importsOf) {
				t.Errorf("links what a plugin must not:\n%s", strings.Join(path, "\n  imports "))
			}
		})
	}
}

// TestPathsToForbidden keeps the search itself from finding nothing for ever.
func TestPathsToForbidden(t *testing.T) {
	importsOf := map[string][]string{
		"main":         {"ours", "fmt"},
		"ours":         {"main2", "k8s.io/api/core/v1", "net/http"},
		"main2":        {"k8s.iot/fine", "net/http"},
		"k8s.iot/fine": nil,
	}
	want := [][]string{{"main", "ours", "k8s.io/api/core/v1"}, {"main", "ours", "net/http"}}
	got := pathsToForbidden("main", importsOf)
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("pathsToForbidden = %v, want %v", got, want)
	}
}

// pathsToForbidden searches breadth first, so that each path is a shortest
// one. It stops at what is forbidden: what that imports is not ours to mend.
func pathsToForbidden(root string, importsOf map[string][]string) (found [][]string) {
	seen := map[string]bool{root: true}
	for queue := [][]string{{root}}; len(queue) > 0; queue = queue[1:] {
		path := queue[0]
		for _, next := range importsOf[path[len(path)-1]] {
			if seen[next] {
				continue
			}
			seen[next] = true
			longer := append(slices.Clone(path), next)
			if slices.ContainsFunc(forbidden, func(f string) bool { return next == f || strings.HasPrefix(next, f+"/") }) {
				found = append(found, longer)
				continue
			}
			queue = append(queue, longer)
		}
	}
	return found
}

// goList is every package that the plugins link, with what it imports.
func goList(t *testing.T) map[string][]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Imports", "./...")
	stdout, err := list.Output()
	if err != nil {
		t.Fatalf("list what the plugins import: %v", err)
	}

	importsOf := map[string][]string{}
	decoder := json.NewDecoder(strings.NewReader(string(stdout)))
	for {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			return importsOf
		} else if err != nil {
			t.Fatalf("read the answer of go list: %v", err)
		}
		importsOf[pkg.ImportPath] = pkg.Imports
	}
}
