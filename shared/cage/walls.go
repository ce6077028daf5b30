package cage

import (
	"fmt"

	"github.com/moby/sys/capability"
	"golang.org/x/sys/unix"
)

// buildWalls makes the calling thread the cage's: everything here is inherited
// by the commands and cannot be taken back. The order matters: each step needs
// a right that a later one takes away. It returns the filter's listener.
func buildWalls(ns int, p Privilege) (listener int, err error) {
	if err := unix.Setns(ns, unix.CLONE_NEWNET); err != nil {
		return -1, fmt.Errorf("enter the netns: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_SECUREBITS, securebits(p), 0, 0, 0); err != nil {
		return -1, fmt.Errorf("lock the securebits: %w", err)
	}
	if err := limitCapabilities(p); err != nil {
		return -1, fmt.Errorf("limit the capabilities: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return -1, fmt.Errorf("set no_new_privs: %w", err)
	}
	if listener, err = installFilter(p); err != nil {
		return -1, fmt.Errorf("install the seccomp filter: %w", err)
	}
	return listener, nil
}

// Bits of capabilities(7), which x/sys/unix does not have; each is followed by
// its lock.
const (
	noRoot               = 1 << 0 // uid 0 gains nothing by execve
	noRootLocked         = 1 << 1
	noSetuidFixupLocked  = 1 << 3 // stays off: setuid drops capabilities
	keepCapsLocked       = 1 << 5 // stays off: they are not kept over setuid
	noAmbientRaise       = 1 << 6
	noAmbientRaiseLocked = 1 << 7
)

func securebits(p Privilege) uintptr {
	const always = noRoot | noRootLocked | noSetuidFixupLocked
	if len(p.capabilities()) > 0 {
		return always // the spawn needs PR_SET_KEEPCAPS and an ambient capability
	}
	return always | keepCapsLocked | noAmbientRaise | noAmbientRaiseLocked
}

// limitCapabilities leaves the command's own in the bounding set, and to the
// thread what the spawn needs: CLONE_NEWPID, setuid and setgid; and CAP_KILL,
// for the kernel sends the death signal in the thread's name, and drops it in
// silence if the thread might not have sent it. The child has these too until
// its execve, where what is not ambient goes.
func limitCapabilities(p Privilege) error {
	caps, err := capability.NewPid2(0)
	if err != nil {
		return err
	}
	caps.Set(capability.BOUNDING|capability.EFFECTIVE|capability.PERMITTED, p.capabilities()...)
	caps.Set(capability.EFFECTIVE|capability.PERMITTED,
		capability.CAP_SYS_ADMIN, capability.CAP_SETUID, capability.CAP_SETGID, capability.CAP_KILL)
	// Apply skips the bounding set in silence without CAP_SETPCAP, but then
	// the securebits have failed already.
	return caps.Apply(capability.CAPS | capability.BOUNDING)
}
