package format

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

func TestSARIFIsValid(t *testing.T) {
	schema := sarifSchema(t)
	rules := []Rule{{ID: "command", Severity: finding.Error, Summary: "The command would be refused.", Help: "Because."}}
	for name, r := range map[string]finding.Report{"findings": sample(), "none": {}} {
		t.Run(name, func(t *testing.T) {
			var log any
			if err := json.Unmarshal([]byte(written(t, "sarif", r, Options{Rules: rules})), &log); err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(log); err != nil {
				t.Errorf("%#v", err)
			}
		})
	}
}

// The schema is OASIS' own. It is read where a linter of ours keeps it, since
// it is not ours to hand on.
func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/securego/gosec/v2")
	list.Dir = filepath.Join("..", "..", "..", "..", "hack", "tools")
	list.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off")
	folder, err := list.Output()
	if err != nil {
		t.Skipf("the modules of hack/tools are not downloaded (`make setup`), so there is no SARIF schema here: %v", err)
	}
	file := filepath.Join(strings.TrimSpace(string(folder)), "report", "sarif", "testdata", "sarif-schema-2.1.0.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	if err := compiler.AddResource("sarif.json", bytes.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
