// Package ipbinary finds the `ip` executable. It never asks PATH, and it takes
// nothing that somebody other than root could have put there. It does not ask
// which version it is or whether it runs: cage.Check does.
package ipbinary

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

// places are tried in order. The last is where chainsawd puts its own on a
// node that has none.
var places = [...]string{
	"/usr/sbin/ip",
	"/sbin/ip",
	"/usr/bin/ip",
	"/bin/ip",
	"/var/lib/chainsaw/bin/ip",
}

// Find is the path of `ip`.
func Find() (string, error) { return first(places[:]) }

// first skips places that are not to be trusted, and names them if there is no
// other.
func first(places []string) (string, error) {
	var untrusted []error
	for _, place := range places {
		err := rootowned.File(place)
		switch {
		case err == nil:
			return place, nil
		case !errors.Is(err, fs.ErrNotExist):
			untrusted = append(untrusted, err)
		}
	}
	if len(untrusted) > 0 {
		return "", fmt.Errorf("find the ip command: %w", errors.Join(untrusted...))
	}
	return "", fmt.Errorf("find the ip command: install iproute2, there is none of %v", places)
}
