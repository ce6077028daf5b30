package machine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// logsKept is how long the logs of a node that failed are there to be read.
const logsKept = 24 * time.Hour

// folders returns where each node that runs has a folder, and where its logs
// are in a folder of the same name.
func folders() (nodes, logs string, err error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "chainsaw", "nodes"), filepath.Join(cache, "chainsaw", "logs"), err
}

// makeLogs makes the folder for the logs of the node, and removes those that
// nobody has come to read.
func makeLogs(nodes, logs, name string) (string, error) {
	old, err := filepath.Glob(filepath.Join(logs, "*"))
	if err != nil {
		return "", err
	}
	for _, path := range old {
		_, running := os.Stat(filepath.Join(nodes, filepath.Base(path)))
		info, err := os.Stat(path)
		if err == nil && errors.Is(running, fs.ErrNotExist) && time.Since(info.ModTime()) > logsKept {
			os.RemoveAll(path)
		}
	}
	path := filepath.Join(logs, name)
	return path, os.MkdirAll(path, 0o755)
}
