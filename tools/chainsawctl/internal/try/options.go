// Package try is `chainsawctl try`: it runs the chains of pods on a scratch host
// and shows what they print and change.
//
// One half of it runs outside and reads the files ([Run]); the other half runs
// as the scratch host's init and plays the runtime, Multus and chainsawd
// ([Inside]). No chain is run, and no plugin, outside the scratch host.
package try

import "io"

// ScratchHost is the name of the sub-command that calls Inside.
const ScratchHost = "scratch-host"

// Options are what the command line says.
type Options struct {
	Files      []string // "-" is Stdin
	Pods       []string // empty for every pod
	PluginDirs []string
	Policy     string // path of a node policy; "" for this machine's, if it has one
	Keep       bool
	Colour     bool

	Stdin       io.Reader
	Out, ErrOut io.Writer
}
