// Package version says which release a binary is of.
//
// It is for people who read `chainsawctl version` or a bug report. It is not
// the version of CNI that a plugin speaks, nor of any protocol of ours.
package version

import (
	"fmt"
	"runtime"
)

// Version is the release, stamped by the linker (see the Makefile); a plain
// `go build` leaves "devel". The build info that Go embeds would not do: in a
// workspace it says "(devel)" for every module.
var Version = "devel"

// String is the release with the platform and the Go that built it.
func String() string {
	return fmt.Sprintf("%s %s/%s %s", Version, runtime.GOOS, runtime.GOARCH, runtime.Version())
}
