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

// find returns the first helper that only root can have put there. One that
// somebody else could replace is passed over, and named if no other is left.
func find(places []string) (string, error) {
	var untrusted []error
	for _, path := range places {
		err := rootowned.File(path)
		switch {
		case err == nil:
			return path, nil
		case !errors.Is(err, fs.ErrNotExist):
			untrusted = append(untrusted, err)
		}
	}
	if len(untrusted) > 0 {
		return "", errors.Join(untrusted...)
	}
	return "", ErrNotInstalled
}
