// Package scratchhost makes a host out of namespaces, in which a chain may do
// as it likes because nothing of it reaches the machine: its own network, PIDs,
// IPC and host name; the machine's files read-only, with empty folders where
// plugins write; and of /proc only the sysctls of its own network writable.
// Without root it has a user namespace too, in which the user is root.
//
// The executable starts itself again as the init of the scratch host, which
// works from there; when it ends, the kernel ends all that it left behind.
//
// It is a wall against what a configuration can make honest plugins do. It is
// none against a hostile plugin that is run as real root.
package scratchhost

import "encoding/json"

// order is what the init is told.
type order struct {
	Folders []string        `json:"folders"` // to be seen inside
	Files   []File          `json:"files"`
	Keep    bool            `json:"keep"`
	Job     json.RawMessage `json:"job"`
}

// File is a file of root's, mode 0600.
type File struct {
	Path string `json:"path"`
	Text []byte `json:"text"`
}

// outcome is what the init says when it has done its job.
type outcome struct {
	Code  int    `json:"code"`
	Error string `json:"error,omitempty"`
}
