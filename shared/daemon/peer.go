package daemon

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/idmap"
)

// checkPeer refuses a peer that is not root. For a client the kernel tells who
// called listen(2), for a server who called connect(2).
func checkPeer(socket int) error {
	peer, err := unix.GetsockoptUcred(socket, unix.SOL_SOCKET, unix.SO_PEERCRED)
	if err != nil {
		return fmt.Errorf("asking the kernel who the peer is: %w", err)
	}
	if !trusted(peer.Uid) {
		return fmt.Errorf("%w: uid %d is at its other end, which is not root", ErrUntrusted, peer.Uid)
	}
	return nil
}

// trusted holds for root, and for our own uid where the user namespace has no other.
func trusted(uid uint32) bool {
	if uid == 0 {
		return true
	}
	uids, err := idmap.UIDs()
	return err == nil && uids.Single() && int(uid) == os.Getuid()
}
