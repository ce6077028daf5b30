package apiserver

import (
	"context"
	"os"
	"path/filepath"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/lockdir"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/programs"
)

// prepare returns the paths of the programs, built if need be, and the open and
// locked folder of a new server.
func prepare(ctx context.Context) (map[string]string, *os.File, error) {
	paths, err := programs.Get(ctx, "etcd", "kube-apiserver")
	if err != nil {
		return nil, nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, nil, err
	}
	// The servers in a folder whose lock has ended have ended with their test.
	home, err := lockdir.New(ctx, filepath.Join(cache, "chainsaw", "apiserver"), os.RemoveAll)
	return paths, home, err
}
