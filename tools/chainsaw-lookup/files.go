package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

// maxFile bounds the kubeconfig and each file that it refers to.
const maxFile = 1 << 20

// folder is where a kubeconfig stands, and the only place it may refer to.
type folder string

// load returns the content of the file, or what stands in the kubeconfig
// itself. kubectl has a precedence where both are given, another one for tokens
// than for certificates; here that is a mistake.
func (home folder) load(file string, inline []byte) ([]byte, error) {
	if file == "" {
		return inline, nil
	}
	if len(inline) > 0 {
		return nil, errors.New("it is given twice, as a file and in place: remove one")
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(string(home), file)
	}
	if inside, err := filepath.Rel(string(home), file); err != nil || !filepath.IsLocal(inside) {
		return nil, fmt.Errorf("%s is not in %s: move it there", file, home)
	}
	return readTrusted(file)
}

// readTrusted reads a file that only root can have written.
func readTrusted(path string) ([]byte, error) {
	file, err := rootowned.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s has more than %d bytes", path, maxFile)
	}
	return data, nil
}
