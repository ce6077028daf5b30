package world

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// run runs a line in the pod's netns and looks what has become of the world.
func (s *scene) run(ip string, t Trial) (Effect, error) {
	e := Effect{Violation: s.violation(t.Argv)}
	s.canaries.events() // what we did ourselves
	if err := s.pod.do(func() error { return e.run(ip, t) }); err != nil {
		return e, err
	}
	e.Processes = reap()
	e.Canaries = s.canaries.events()
	pod, outside, err := s.look()
	if err != nil {
		return e, err
	}
	e.Pod, e.Outside = difference(s.podBefore, pod), difference(s.outsideBefore, outside)
	e.Outside = append(e.Outside, newTies(e.Pod)...)
	e.Spoilt = slices.ContainsFunc(e.Canaries, notJustCanary) || slices.ContainsFunc(e.Outside, aboutMounts)
	return e, nil
}

func notJustCanary(file string) bool { return !strings.HasPrefix(file, canaryDir) }
func aboutMounts(line string) bool   { return strings.HasPrefix(line[2:], "mount ") }

// newTies finds the links that came to have their other half in another netns.
// That netns need not show it.
func newTies(changes []string) (ties []string) {
	for _, line := range changes {
		if !strings.HasPrefix(line, "+ link ") || !strings.Contains(line, " 37=") { // IFLA_LINK_NETNSID
			continue
		}
		tiedBefore := slices.ContainsFunc(changes, func(old string) bool {
			return strings.HasPrefix(old, "- link ") && strings.Contains(old, " 37=") && linkIndex(old) == linkIndex(line)
		})
		if !tiedBefore {
			ties = append(ties, "+ tie of the pod's "+line[2:])
		}
	}
	return ties
}

// linkIndex is ifi_index of the struct ifinfomsg that the line begins with.
func linkIndex(line string) string { return strings.Fields(line)[2][8:16] }

// violation says what package device has against a command in this scene.
func (s *scene) violation(argv []string) string {
	c, err := ipcmd.Parse(argv)
	if err == nil {
		err = s.guard.Check(c)
		if err != nil {
			return err.Error()
		}
	}
	return ""
}

// run starts the ip on the thread it is called on, and so in its netns. Bare
// names of programs are found among the canaries only.
func (e *Effect) run(ip string, t Trial) error {
	ctx, cancel := context.WithTimeout(context.Background(), t.Limit)
	defer cancel()
	var out, err clipped
	cmd := exec.CommandContext(ctx, ip, t.Argv...)
	cmd.Args[0] = "ip"
	cmd.Env = []string{"PATH=" + canaryDir}
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = &out, &err
	cmd.WaitDelay = 100 * time.Millisecond // for a pipe that a child of it holds
	failed := cmd.Run()
	e.Stdout, e.Stderr, e.TimedOut = string(out), string(err), ctx.Err() != nil
	if errors.Is(failed, unix.E2BIG) || errors.Is(failed, unix.EINVAL) { // no program takes such words
		e.Exit = -1
		return nil
	}
	if cmd.ProcessState == nil {
		return failed
	}
	e.Exit = cmd.ProcessState.ExitCode()
	if exit := (*exec.ExitError)(nil); failed != nil && !errors.As(failed, &exit) && !errors.Is(failed, exec.ErrWaitDelay) && !e.TimedOut {
		return failed
	}
	return nil
}

// clipped keeps the beginning of what is written to it.
type clipped []byte

func (c *clipped) Write(b []byte) (int, error) {
	const enough = 64 << 10
	*c = append(*c, b[:min(len(b), enough-len(*c))]...)
	return len(b), nil
}

// reap reports whether any process is left, and ends them. All orphans of the
// PID namespace are children of this process.
func reap() (left bool) {
	for {
		pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
		if err == unix.ECHILD {
			return left
		}
		left = true
		if pid == 0 {
			unix.Kill(-1, unix.SIGKILL)
			unix.Wait4(-1, nil, 0, nil)
		}
	}
}
