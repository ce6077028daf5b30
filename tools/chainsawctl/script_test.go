package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"sigs.k8s.io/yaml"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"chainsawctl": main})
}

// TestScript runs the command lines of testdata/script, which read as a session
// does.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               func(env *testscript.Env) error { return writeActionStep(filepath.Join(env.WorkDir, "action.sh")) },
	})
}

// writeActionStep writes the script of the GitHub Action's last step.
func writeActionStep(file string) error {
	text, err := os.ReadFile("../../action.yml")
	if err != nil {
		return err
	}
	var action struct {
		Runs struct{ Steps []struct{ Run string } }
	}
	if err := yaml.Unmarshal(text, &action); err != nil {
		return err
	}
	steps := action.Runs.Steps
	return os.WriteFile(file, []byte(steps[len(steps)-1].Run), 0o600)
}
