// Package plugin is a chainsaw plugin: what its three executables do for each
// verb of the CNI specification. A reader who follows an ADD starts at [Main].
//
// Each step of an ADD is a package of its own; this one puts them in order and
// owns none of their knowledge.
package plugin

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/containernetworking/cni/pkg/skel"
	"github.com/containernetworking/cni/pkg/version"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/lookup"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/spool"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	buildversion "github.com/chainsaw-cni/chainsaw/shared/version"
)

// plugin is a variant on a node. The tests put the node's places elsewhere.
type plugin struct {
	variant variant.Variant
	policy  []string // places of the node's policy
	places  lookup.Places
	spool   spool.Spool
}

// Main runs one verb, as the environment says, and ends the process on an
// error, which it prints as the specification asks.
func Main(v variant.Variant) {
	if os.Getenv("CNI_COMMAND") == "DEL" {
		del(os.Stdin)
		return
	}
	p := plugin{variant: v, policy: nodepolicy.Places(), places: lookup.BuiltIn, spool: spool.Spool{Dir: spool.Dir}}
	skel.PluginMainFuncs(skel.CNIFuncs{
		Add:    safely(p.add),
		Check:  safely(p.check),
		GC:     func(*skel.CmdArgs) error { return nil }, // nothing outlives the netns
		Status: safely(p.status),
	}, version.All, fmt.Sprintf("%s %s", v, buildversion.Version))
}

// del is the whole of DEL: what the commands did went with the netns. It comes
// ahead of the CNI library, which refuses a DEL whose configuration it does not
// like, and a DEL that fails leaves a pod in Terminating. Multus 4.3 strips the
// configuration on DEL in real cases. The input is read to its end so that the
// runtime's write does not fail.
func del(stdin io.Reader) {
	_, _ = io.Copy(io.Discard, stdin)
}

// safely turns a panic into a CNI error and any error into the form that leaves
// the process.
func safely(verb func(*skel.CmdArgs) error) func(*skel.CmdArgs) error {
	return func(args *skel.CmdArgs) (err error) {
		defer func() {
			if cause := recover(); cause != nil {
				fmt.Fprintf(os.Stderr, "chainsaw: panic: %v\n%s", cause, debug.Stack())
				err = cnierror.ToCNI(cnierror.New(cnierror.Internal, "chainsaw itself failed (%v): please report this, with the stack trace in the runtime's log", cause))
			}
		}()
		if err := verb(args); err != nil {
			return cnierror.ToCNI(err)
		}
		return nil
	}
}
