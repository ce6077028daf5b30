package cage

import (
	"bytes"
	"fmt"
	"os"

	"github.com/chainsaw-cni/chainsaw/shared/idmap"
)

// UID is the uid, and the gid, of every command. Of the uids that systemd's
// UIDS-GIDS.md leaves unused it lies above those that OpenShift gives to
// projects, so no login, service, container or user namespace has it: nobody
// can signal a command, own a user namespace or a tap that it could use, or
// fill a limit of its user.
const UID = 0x7ca9e000

// identity is what a command runs as.
type identity struct {
	uid, gid    uint32
	keepsGroups bool
	weakness    string // "" when it is UID
}

// Weakened says in one sentence what the cage lacks because this process is in
// a user namespace without the cage's uid. It is "" on a node.
func Weakened() string {
	who, err := caged()
	if err != nil {
		return fmt.Sprintf("the cage cannot tell which uid commands would run as: %v", err)
	}
	return who.weakness
}

func caged() (identity, error) {
	if idmap.InInitialNamespace() { // a node; to read three files would cost every ADD 0.2 ms
		return identity{uid: UID, gid: UID}, nil
	}
	uids, err := idmap.UIDs()
	if err != nil {
		return identity{}, err
	}
	gids, err := idmap.GIDs()
	if err != nil {
		return identity{}, err
	}
	setgroups, err := os.ReadFile("/proc/self/setgroups")
	if err != nil {
		return identity{}, fmt.Errorf("read whether setgroups is possible: %w", err)
	}
	return chooseIdentity(uids, gids, bytes.HasPrefix(setgroups, []byte("deny"))), nil
}

// chooseIdentity never weakens for real root: the initial user namespace has
// every id. It depends on what is mapped alone, so nothing configures it.
func chooseIdentity(uids, gids idmap.Map, keepsGroups bool) identity {
	who := identity{uid: nearest(uids), gid: nearest(gids), keepsGroups: keepsGroups}
	switch {
	case uids.Single():
		who.weakness = fmt.Sprintf("this user namespace has one uid, so commands keep it (%d)", who.uid)
	case who.uid != UID || who.gid != UID:
		who.weakness = fmt.Sprintf("this user namespace lacks uid %d, so commands run as %d:%d, which others may use", UID, who.uid, who.gid)
	}
	if keepsGroups {
		who.weakness += keptGroups(who.weakness)
	}
	return who
}

func keptGroups(weakness string) string {
	if weakness == "" {
		return "this user namespace denies setgroups, so commands keep the groups of this process"
	}
	return ", and the groups of this process"
}

func nearest(m idmap.Map) uint32 {
	if m.Contains(UID) {
		return UID
	}
	return m.Highest()
}
