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

// places are tried in order. The last is where chainsawd puts its own, for a
// node that has none.
var places = [...]string{
	"/usr/sbin/ip",
	"/sbin/ip",
	"/usr/bin/ip",
	"/bin/ip",
	"/var/lib/chainsaw/bin/ip",
}

// Find is the path of `ip`.
func Find() (string, error) { return find(places[:]) }

func find(places []string) (string, error) {
	path, err := rootowned.First(places)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("find the ip command: install iproute2, there is none of %v", places)
	}
	if err != nil {
		return "", fmt.Errorf("find an ip command that only root could have put there: %w", err)
	}
	return path, nil
}
