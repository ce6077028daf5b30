package world

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/device"
	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
)

// A scene is the network of a world: the host's, another pod's and the pod's
// netns with everything in them.
type scene struct {
	other, pod *space
	eyes       [3]*eyes // host, other, pod
	guard      *device.Guard
	conn       *rtnetlink.Conn
	canaries   *watch

	podBefore, outsideBefore []string
}

// The furniture uses the machine's own ip, whichever runs the lines.
const furnisher = "/usr/sbin/ip"

func newScene(canaries *watch) (s *scene, err error) {
	s = &scene{canaries: canaries}
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil { // the host's
		return nil, fmt.Errorf("making the host's netns: %w", err)
	}
	if s.other, err = newSpace(); err != nil {
		return nil, fmt.Errorf("making another pod's netns: %w", err)
	}
	if s.pod, err = newSpace(); err != nil {
		return nil, fmt.Errorf("making the pod's netns: %w", err)
	}
	if err := s.build(); err != nil {
		return nil, err
	}
	for i, sp := range s.spaces() {
		if err := sp.do(func() (err error) { s.eyes[i], err = openEyes(); return err }); err != nil {
			return nil, err
		}
	}
	for _, e := range s.eyes { // a dump of links gives numbers to the netns of their peers
		if _, err := e.ask(&links); err != nil {
			return nil, err
		}
	}
	s.podBefore, s.outsideBefore, err = s.look()
	return s, err
}

func (s *scene) spaces() [3]*space { return [3]*space{nil, s.other, s.pod} }

// build makes the devices. Those that the guard sees came with attachments.
func (s *scene) build() error {
	paths := [3]string{spaceDir + "/host", "/run/netns/other", spaceDir + "/pod"}
	for i, sp := range s.spaces() {
		if err := sp.do(func() error { return prepare(paths[i]) }); err != nil {
			return err
		}
	}
	if err := s.furnish(nil, hostFurniture); err != nil {
		return err
	}
	if err := s.furnish(s.other, otherFurniture); err != nil {
		return err
	}
	if err := s.furnish(s.pod, attachments); err != nil {
		return err
	}
	if err := s.pod.do(s.openGuard); err != nil {
		return fmt.Errorf("looking at the attachments: %w", err)
	}
	if tunOpens() {
		if err := s.furnish(s.pod, tunFurniture); err != nil {
			return err
		}
	}
	return s.furnish(s.pod, podFurniture)
}

// tunOpens is false for who is root in a user namespace only, on many machines.
func tunOpens() bool {
	f, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0)
	if err != nil {
		return false
	}
	f.Close()
	return true
}

func (s *scene) openGuard() (err error) {
	here, err := netns.Get()
	if err != nil {
		return err
	}
	defer here.Close()
	if s.conn, err = rtnetlink.Open(int(here)); err == nil {
		s.guard, err = device.NewGuard(s.conn, nil)
	}
	return err
}

// prepare gives the netns of this thread a path, and makes it quiet: nothing in
// it changes by itself.
func prepare(path string) error {
	unix.Unmount(path, unix.MNT_DETACH)
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		return err
	}
	if err := unix.Mount("/proc/thread-self/ns/net", path, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("binding a netns to %s: %w", path, err)
	}
	for _, setting := range [...][2]string{
		{"accept_dad", "0"}, {"addr_gen_mode", "1"}, {"accept_ra", "0"}, {"router_solicitations", "0"},
	} {
		for _, which := range [...]string{"all", "default"} {
			name := "/proc/sys/net/ipv6/conf/" + which + "/" + setting[0]
			if err := os.WriteFile(name, []byte(setting[1]), 0); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scene) furnish(where *space, lines string) error {
	return where.do(func() error {
		cmd := exec.Command(furnisher, "-batch", "-")
		cmd.Stdin = bytes.NewReader([]byte(lines))
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("furnishing: %w: %s", err, out)
		}
		return nil
	})
}

// look returns the state of the pod's netns and of everything else.
func (s *scene) look() (pod, outside []string, err error) {
	if outside, err = mounts(); err != nil {
		return nil, nil, err
	}
	for i, name := range [...]string{"host ", "other "} {
		state, err := s.eyes[i].look(s.spaces()[i])
		if err != nil {
			return nil, nil, fmt.Errorf("looking at the %snetns: %w", name, err)
		}
		for _, line := range state {
			outside = append(outside, name+line)
		}
	}
	if pod, err = s.eyes[2].look(s.pod); err != nil {
		return nil, nil, fmt.Errorf("looking at the pod's netns: %w", err)
	}
	slices.Sort(pod)
	slices.Sort(outside)
	return pod, outside, nil
}

func (s *scene) close() {
	s.conn.Close()
	for _, e := range s.eyes {
		e.close()
	}
	s.pod.close()
	s.other.close()
}

// difference lists the lines that went, and those that came. Both are sorted.
func difference(before, after []string) (lines []string) {
	for len(before) > 0 || len(after) > 0 {
		switch {
		case len(after) == 0 || len(before) > 0 && before[0] < after[0]:
			lines = append(lines, "- "+before[0])
			before = before[1:]
		case len(before) == 0 || after[0] < before[0]:
			lines = append(lines, "+ "+after[0])
			after = after[1:]
		default:
			before, after = before[1:], after[1:]
		}
	}
	return lines
}
