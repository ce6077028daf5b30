// Package netconf decodes the plugin's own object of a network configuration:
// what the runtime writes to its standard input.
//
// It decides what is a valid configuration and what the defaults are, and
// nothing about commands: those stay text here. The published schemas say the
// same about the same documents; a shared corpus and a fuzz test hold the two
// together.
package netconf

import (
	"time"

	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/chainsaw-cni/chainsaw/shared/rule"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
)

// PodCommands says what the pod's list does to the network's defaults.
type PodCommands string

// The values of "podCommands".
const (
	Replace PodCommands = "replace"
	Append  PodCommands = "append"
	Prepend PodCommands = "prepend"
	Ignore  PodCommands = "ignore" // every source; nothing is looked up
)

// OnError says what a command that fails does to the ADD.
type OnError string

// The values of "onError".
const (
	Fail     OnError = "fail"
	Continue OnError = "continue"
)

// Lookup says what happens when the pod cannot be looked up for now.
type Lookup string

// The values of "lookup".
const (
	Required Lookup = "required" // the ADD fails, and the runtime tries again
	Optional Lookup = "optional" // the defaults run, and the report says so
)

// The bounds and the default of "commandTimeout".
const (
	MinCommandTimeout     = 100 * time.Millisecond
	DefaultCommandTimeout = 10 * time.Second
	MaxCommandTimeout     = 30 * time.Second
)

// Config is a decoded network configuration.
type Config struct {
	CNIVersion string // as written, "" included
	Name       string // of the network

	Commands       []string
	PodCommands    PodCommands
	Rules          []rule.Rule // of chainsaw-filter
	OnError        OnError
	Lookup         Lookup
	CommandTimeout time.Duration

	Kubeconfig    string // "" for the built-in places
	SocketPath    string // "" for the built-in place
	SocketEnabled bool

	// CNIArgs is args.cni.chainsaw, where Multus puts the cni-args of the
	// networks annotation. Nil when it is not there.
	CNIArgs *strictjson.Value
	// PodAnnotations is the CRI capability's map. Nil when the runtime did not
	// give it; containerd gives null for a pod that has no annotations, which
	// is an empty map here.
	PodAnnotations map[string]string

	PrevResult *types100.Result // nil when called alone
}
