package cage

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/ipbinary"
)

// Check proves that commands can run here, and their messages be read, by
// running `ip link show dev lo` without privileges in the process's own netns.
func Check() error {
	ip, err := ipbinary.Find()
	if err != nil {
		return err
	}
	ns, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open the own netns: %w", err)
	}
	defer unix.Close(ns)
	c := Open(ns, ip, None)
	defer c.Close()
	return c.check()
}

func (c *Cage) check() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	outcome, err := c.Run(ctx, []string{"link", "show", "dev", "lo"})
	if err != nil {
		return err
	}
	if outcome.Refused != nil {
		return fmt.Errorf("run %s in the cage: what it asks the kernel was refused: %w", c.ip, outcome.Refused)
	}
	if outcome.ExitCode != 0 {
		return fmt.Errorf("run %s in the cage: exit code %d, signal %d: %s",
			c.ip, outcome.ExitCode, int(outcome.Signal), outcome.Stderr.Kept)
	}
	return nil
}
