package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// notOurs are the kinds of the manifests in which Chainsaw never is.
const notOurs = "Service,ConfigMap,Role"

// writeSchemas writes a schema for each kind of the manifests, with what it
// refers to and nothing else. They are Kubernetes' own, of the version that
// the API server of our tests has.
func writeSchemas(folder string) error {
	definitions, err := kubernetesDefinitions()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for kind, root := range map[string]string{
		"pod":         "io.k8s.api.core.v1.Pod",
		"service":     "io.k8s.api.core.v1.Service",
		"configmap":   "io.k8s.api.core.v1.ConfigMap",
		"deployment":  "io.k8s.api.apps.v1.Deployment",
		"statefulset": "io.k8s.api.apps.v1.StatefulSet",
		"cronjob":     "io.k8s.api.batch.v1.CronJob",
		"role":        "io.k8s.api.rbac.v1.Role",
	} {
		reached := make(map[string]any)
		reach(definitions, root, reached)
		schema := map[string]any{"$ref": "#/definitions/" + root, "definitions": reached}
		if err := writeJSON(filepath.Join(folder, kind+".json"), schema); err != nil {
			return err
		}
	}
	config := map[string]any{"type": "object", "properties": map[string]any{"config": map[string]any{"type": "string"}}}
	return writeJSON(filepath.Join(folder, "networkattachmentdefinition.json"), map[string]any{
		"type": "object", "properties": map[string]any{"spec": config},
	})
}

func kubernetesDefinitions() (map[string]any, error) {
	list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/kubernetes")
	list.Dir = filepath.Join("hack", "kubernetes")
	list.Env = append(os.Environ(), "GOWORK=off")
	folder, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("finding the sources of Kubernetes: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), "api", "openapi-spec", "swagger.json"))
	if err != nil {
		return nil, err
	}
	var spec struct{ Definitions map[string]any }
	err = json.Unmarshal(text, &spec)
	return spec.Definitions, err
}

// reach collects a definition and those that it refers to.
func reach(definitions map[string]any, name string, reached map[string]any) {
	if _, there := reached[name]; there {
		return
	}
	reached[name] = definitions[name]
	for ref := range refs(definitions[name]) {
		reach(definitions, strings.TrimPrefix(ref, "#/definitions/"), reached)
	}
}

func refs(value any) map[string]bool {
	found := make(map[string]bool)
	switch value := value.(type) {
	case map[string]any:
		if ref, ok := value["$ref"].(string); ok {
			found[ref] = true
		}
		for _, member := range value {
			maps.Copy(found, refs(member))
		}
	case []any:
		for _, item := range value {
			maps.Copy(found, refs(item))
		}
	}
	return found
}

func writeJSON(file string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}
