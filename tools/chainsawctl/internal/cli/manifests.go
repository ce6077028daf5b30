package cli

import (
	"github.com/spf13/pflag"
)

// manifestFlags name what try and render look at.
type manifestFlags struct {
	files  []string
	pods   []string
	policy string
}

func (m *manifestFlags) add(flags *pflag.FlagSet, policyDefault string) {
	flags.StringSliceVarP(&m.files, "filename", "f", nil, "file with net-attach-defs and pods; - is the standard input")
	flags.StringSliceVar(&m.pods, "pod", nil, "only this pod, NAME or NAMESPACE/NAME (default: every pod of the files)")
	flags.StringVar(&m.policy, "policy", "", "node policy that holds there (default: "+policyDefault+")")
}
