package cage

import (
	"fmt"

	"github.com/moby/sys/capability"
)

// Privilege is what the kernel lets a command do.
type Privilege int

const (
	// None is for commands that only read.
	None Privilege = iota
	// NetAdmin is CAP_NET_ADMIN, for commands that change the netns.
	NetAdmin
)

func (p Privilege) String() string {
	switch p {
	case None:
		return "no privilege"
	case NetAdmin:
		return "CAP_NET_ADMIN"
	}
	return fmt.Sprintf("Privilege(%d)", int(p))
}

// capabilities are those that the command has. Anything that is not NetAdmin
// has none.
func (p Privilege) capabilities() []capability.Cap {
	if p == NetAdmin {
		return []capability.Cap{capability.CAP_NET_ADMIN}
	}
	return nil
}
