package netconf

import (
	"errors"
	"fmt"
	"time"

	types100 "github.com/containernetworking/cni/pkg/types/100"
	"github.com/containernetworking/cni/pkg/version"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/rule"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

// PodAnnotationsCapability is the key under which containerd (1.5 and later)
// and CRI-O (1.29 and later) put the pod's annotations into runtimeConfig for
// a plugin that declares it among its "capabilities".
const PodAnnotationsCapability = "io.kubernetes.cri.pod-annotations"

// Keys are the plugin's own keys, in the order of the documentation.
var Keys = []string{
	"commands", "podCommands", "rules", "onError", "lookup", "commandTimeout",
	"kubeconfig", "socket_enabled", "socket_path",
}

// cniKeys are the keys of the CNI specification that the plugin reads.
var cniKeys = []string{"cniVersion", "name", "type", "prevResult", "args", "runtimeConfig"}

// Decode reads the configuration that a plugin of variant v was given. Keys
// that nobody knows are accepted, as the original accepts them.
func Decode(doc []byte, v variant.Variant) (Config, error) {
	root, err := strictjson.Parse(doc)
	if err != nil {
		return Config{}, cnierror.New(cnierror.Undecodable, "reading the network configuration: %w", strictjson.Locate(doc, err))
	}
	var d decoder
	config := d.config(&root, v)
	if d.Err != nil {
		return Config{}, cnierror.New(cnierror.InvalidConfig, "the network configuration is not valid: %w", strictjson.Locate(doc, d.Err))
	}
	config.PrevResult, err = prevResult(doc, &root, config.CNIVersion)
	if err != nil {
		return Config{}, cnierror.New(cnierror.Undecodable, "reading prevResult: %w", err)
	}
	return config, nil
}

type decoder struct{ strictjson.Fields }

func (d *decoder) config(root *strictjson.Value, v variant.Variant) Config {
	d.Expect(root, strictjson.Object, "the configuration")
	d.NoTwin(root, Keys...)
	d.NoTwin(root, cniKeys...)
	return Config{
		CNIVersion:     d.Text(root, "cniVersion", ""),
		Name:           d.Text(root, "name", ""),
		Commands:       d.Texts(root, "commands"),
		PodCommands:    PodCommands(d.OneOf(root, "podCommands", string(Replace), string(Append), string(Prepend), string(Ignore))),
		Rules:          d.rules(root, v),
		OnError:        OnError(d.OneOf(root, "onError", string(Fail), string(Continue))),
		Lookup:         Lookup(d.OneOf(root, "lookup", string(Required), string(Optional))),
		CommandTimeout: d.timeout(root, "commandTimeout"),
		Kubeconfig:     d.Text(root, "kubeconfig", ""),
		SocketPath:     d.Text(root, "socket_path", ""),
		SocketEnabled:  d.Bool(root, "socket_enabled", true),
		CNIArgs:        d.cniArgs(root),
		PodAnnotations: d.podAnnotations(root),
	}
}

func (d *decoder) rules(root *strictjson.Value, v variant.Variant) []rule.Rule {
	value := root.Field("rules")
	if value == nil {
		return nil
	}
	if v != variant.Filter {
		d.Fail(value.Errorf(`"rules" are for chainsaw-filter, and this is %s: set "type": "chainsaw-filter", or take the rules away`, v))
		return nil
	}
	rules, err := rule.Decode(value)
	if err != nil {
		d.Fail(err)
	}
	return rules
}

func (d *decoder) timeout(root *strictjson.Value, key string) time.Duration {
	text := d.Text(root, key, DefaultCommandTimeout.String())
	timeout, err := time.ParseDuration(text)
	if err != nil || timeout < MinCommandTimeout || timeout > MaxCommandTimeout {
		d.Fail(root.Field(key).Errorf(`%q is %q; write a duration from %s to %s, such as "5s"`, key, text, MinCommandTimeout, MaxCommandTimeout))
	}
	return timeout
}

func (d *decoder) cniArgs(root *strictjson.Value) *strictjson.Value {
	args := d.Object(root, "args")
	d.NoTwin(args, "cni")
	cni := d.Object(args, "cni")
	d.NoTwin(cni, "chainsaw")
	return cni.Field("chainsaw")
}

func (d *decoder) podAnnotations(root *strictjson.Value) map[string]string {
	given := d.Object(root, "runtimeConfig").Field(PodAnnotationsCapability)
	if given == nil {
		return nil
	}
	annotations := make(map[string]string)
	if given.Kind == strictjson.Null {
		return annotations
	}
	d.Expect(given, strictjson.Object, PodAnnotationsCapability)
	for _, m := range given.Members {
		d.Expect(&m.Value, strictjson.String, fmt.Sprintf("the annotation %q", m.Key))
		annotations[m.Key] = m.Value.Text
	}
	return annotations
}

// prevResult is decoded in the version of the network configuration, as the
// specification has it, and held in the newest form.
func prevResult(doc []byte, root *strictjson.Value, cniVersion string) (*types100.Result, error) {
	value := root.Field("prevResult")
	if value == nil || value.Kind == strictjson.Null {
		return nil, nil
	}
	if null := nullItem(value); null != nil { // on which the CNI library's conversion panics
		return nil, strictjson.Locate(doc, null.Errorf("a list of it has a null, and no plugin returns that"))
	}
	result, err := version.NewResult(cniVersion, versioned(doc, value, cniVersion))
	if err != nil {
		return nil, strictjson.Locate(doc, value.Errorf("as a result of cniVersion %q, which the configuration has: %w", cniVersion, err))
	}
	return types100.NewResultFromResult(result)
}

// versioned is the text of a prevResult with its version, which the CNI library
// asks for. Runtimes put it there; the examples of the specification do not.
func versioned(doc []byte, value *strictjson.Value, cniVersion string) []byte {
	text := doc[value.Start:value.End]
	if value.Kind != strictjson.Object || value.Field("cniVersion") != nil {
		return text
	}
	comma := ","
	if len(value.Members) == 0 {
		comma = ""
	}
	return fmt.Appendf(nil, `{"cniVersion": %q%s%s`, cniVersion, comma, text[1:])
}

// nullItem finds a null in a list, however deep.
func nullItem(v *strictjson.Value) *strictjson.Value {
	for i := range v.Items {
		if v.Items[i].Kind == strictjson.Null {
			return &v.Items[i]
		}
		if null := nullItem(&v.Items[i]); null != nil {
			return null
		}
	}
	for i := range v.Members {
		if null := nullItem(&v.Members[i].Value); null != nil {
			return null
		}
	}
	return nil
}

// ErrAlone is the error of a plugin that was called without a prevResult.
var ErrAlone = &cnierror.Error{
	Code: cnierror.InvalidConfig,
	Err:  errors.New(`chainsaw is a chained plugin and was called without a prevResult: put it into "plugins" behind the plugin that makes the interface`),
}
