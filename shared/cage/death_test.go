package cage

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// holdArgument makes this executable a plugin with a command that hangs, and one
// that waits for its turn.
const holdArgument = "hold-a-cage"

func holdCage() int {
	err := hold()
	fmt.Println("failed:", err)
	return 1
}

func hold() error {
	path, err := buildProbe()
	if err != nil {
		return err
	}
	ns, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	c := Open(ns, path, NetAdmin)
	// A command that ends, so that the thread has been through one.
	if _, err := c.Run(context.Background(), []string{"exit", "0"}); err != nil {
		return err
	}
	fmt.Println("ready")
	command := c.Start([]string{"hang"})
	c.Start([]string{"send", "sendto", "read"}) // waits for a turn that never comes
	_, err = command.Run(context.Background())
	return err
}

func TestCommandsDieWithThePlugin(t *testing.T) {
	newNetNS(t) // skips without the rights
	probe(t)
	plugin := exec.CommandContext(t.Context(), copyOfSelf(t), holdArgument)
	plugin.Env = append(os.Environ(), workshopVariable+"="+workshop)
	stdout, err := plugin.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := plugin.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if line != "ready\n" {
		t.Fatalf("%q, %v", line, err)
	}
	var died []func()
	for _, pid := range awaitCommands(t, plugin.Process.Pid, 2) {
		died = append(died, watch(t, pid))
	}
	plugin.Process.Kill()
	io.Copy(io.Discard, stdout)
	plugin.Wait()
	for _, d := range died {
		d()
	}
}

// TestCommandDiesWithTheThread does not leave it to chance which of the
// plugin's threads is the last: the others have CAP_KILL in any case.
func TestCommandDiesWithTheThread(t *testing.T) {
	c := openCage(t, newNetNS(t), probe(t), None)
	p := c.Start([]string{"hang"})
	if err := <-p.started; err != nil {
		t.Fatal(err)
	}
	defer p.out.close()
	died := watch(t, p.pid)
	c.Close()
	died()
	if status, err := reap(p.pid); err != nil || status.Signal() != unix.SIGKILL {
		t.Errorf("status %#x, %v", status, err)
	}
}

// watch returns a function that fails the test if the process does not end.
func watch(t *testing.T, pid int) func() {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return func() {
		t.Helper()
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		if n, err := unix.Poll(fds, 10_000); n != 1 {
			unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
			t.Errorf("the command is alive after 10 s (%v)", err)
		}
	}
}

// awaitCommands are the pids of the process's commands, once there are so many.
func awaitCommands(t *testing.T, plugin, count int) []int {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if pids := commandsOf(t, plugin); len(pids) == count {
			return pids
		}
	}
	t.Fatalf("%d commands did not come up", count)
	return nil
}

// commandsOf lists the children of a process which are named as a command is.
func commandsOf(t *testing.T, parent int) []int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it ended
		}
		// pid (name) state ppid ...
		_, rest, _ := strings.Cut(string(text), ") ")
		after := strings.Fields(rest)
		cmdline, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		if after[1] == strconv.Itoa(parent) && strings.HasPrefix(string(cmdline), "ip\x00") {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, pid)
		}
	}
	return pids
}
