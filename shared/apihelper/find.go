package apihelper

import (
	"errors"
	"io/fs"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

// ErrNotInstalled says that this node has no helper.
var ErrNotInstalled = errors.New("chainsaw-lookup is not installed in /usr/libexec/chainsaw or /var/lib/chainsaw/bin: put it there, or run chainsawd")

// places are where the helper may stand. The CNI folder is none of them: on
// some nodes it is not root's.
var places = [...]string{
	"/usr/libexec/chainsaw/chainsaw-lookup",
	"/var/lib/chainsaw/bin/chainsaw-lookup",
}

func find(places []string) (string, error) {
	path, err := rootowned.First(places)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNotInstalled
	}
	return path, err
}
