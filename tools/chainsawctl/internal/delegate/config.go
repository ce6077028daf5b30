package delegate

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	nettypes "github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/apis/k8s.cni.cncf.io/v1"
	"github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/utils"
)

// config is the configuration of a net-attach-def with its name filled in, and
// with the cni-args of the pod's annotation.
func config(network *nettypes.NetworkAttachmentDefinition, element *nettypes.NetworkSelectionElement) (json.RawMessage, error) {
	if network.Spec.Config == "" {
		return nil, errors.New("it has no spec.config; Multus would look for a file of its name on the node")
	}
	if err := isObject(network.Spec.Config); err != nil {
		return nil, fmt.Errorf("spec.config is no JSON object: %w", err)
	}
	text, err := utils.GetCNIConfigFromSpec(network.Spec.Config, network.Name)
	if err != nil {
		return nil, err
	}
	if element.CNIArgs == nil {
		return text, nil
	}
	return withArgs(text, *element.CNIArgs)
}

// isObject names the place of an error by the text around it: lines are of no
// use, because most styles of YAML fold them away.
func isObject(text string) error {
	var object map[string]any
	err := json.Unmarshal([]byte(text), &object)
	if syntax, found := errors.AsType[*json.SyntaxError](err); found {
		at := min(int(syntax.Offset), len(text))
		return fmt.Errorf("%w, behind %q", err, text[max(0, at-30):at])
	}
	if err == nil && object == nil { // null
		return errors.New("it is null")
	}
	return err
}

// withArgs puts cni-args into args.cni of every plugin, key by key over those
// that are there. Duplicate keys do not survive that, as under Multus.
func withArgs(text []byte, args map[string]any) (json.RawMessage, error) {
	var root map[string]any
	if err := json.Unmarshal(text, &root); err != nil {
		return nil, err
	}
	plugins := []any{root}
	if _, single := root["type"]; !single {
		plugins, _ = root["plugins"].([]any)
	}
	for i, plugin := range plugins {
		object, ok := plugin.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("plugin #%d of spec.config is no object", i+1)
		}
		maps.Copy(member(member(object, "args"), "cni"), args)
	}
	return json.Marshal(root)
}

// member is the object under a key; it takes the place of whatever else is there.
func member(object map[string]any, key string) map[string]any {
	inner, ok := object[key].(map[string]any)
	if !ok {
		inner = make(map[string]any)
		object[key] = inner
	}
	return inner
}
