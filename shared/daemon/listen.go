package daemon

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

// Listen makes the socket and takes the place of one that is there: the new one
// is made beside it and renamed over it, so that at no time is there none.
//
// The socket stays behind when the listener is closed. To a client one that
// refuses is as good as none, and removing it would remove the successor's, who
// may have taken its place by then. Who may listen at all is the caller's care.
func Listen(path string) (*net.UnixListener, error) {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder for chainsawd's socket: %w", err)
	}
	if err := rootowned.Dir(folder); err != nil {
		return nil, fmt.Errorf("making chainsawd's socket: %w", err)
	}
	// A folder of its own, 0700, keeps others from connecting before the chmod.
	nursery, err := os.MkdirTemp(folder, ".new-")
	if err != nil {
		return nil, fmt.Errorf("making chainsawd's socket: %w", err)
	}
	defer os.RemoveAll(nursery)
	listener, err := listenAt(filepath.Join(nursery, "s"), path)
	if err != nil {
		return nil, fmt.Errorf("making chainsawd's socket: %w", err)
	}
	return listener, nil
}

func listenAt(born, path string) (*net.UnixListener, error) {
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: born, Net: "unix"})
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false)
	if err := os.Chmod(born, 0o600); err != nil {
		listener.Close()
		return nil, err
	}
	if err := os.Rename(born, path); err != nil {
		listener.Close()
		return nil, err
	}
	return listener, nil
}
