package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
)

const (
	daemonArgument = "serve-as-chainsawd"
	podUID         = "11111111-2222-3333-4444-555555555555"
	wants          = "wants-"
)

// podFor names a pod that wants so many commands.
func podFor(commands int) string { return wants + strconv.Itoa(commands) }

// chainsawd plays the daemon, in a process of its own so that its share of the
// CPU can be told.
type chainsawd struct{}

func (chainsawd) Metadata(_ context.Context, ref pod.Ref) (daemon.Metadata, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(ref.Name, wants))
	if err != nil {
		return daemon.Metadata{}, err
	}
	lines := []string{}
	for i := range n {
		lines = append(lines, fmt.Sprintf("ip route replace 10.0.%d.0/24 dev CURRENT_INTERFACE", i))
	}
	value, err := json.Marshal(lines)
	return daemon.Metadata{UID: podUID, Annotations: map[string]string{pod.CommandsAnnotation: string(value)}}, err
}

func (chainsawd) Report(context.Context, report.Report) error { return nil }

func serve() error {
	listener, err := daemon.Listen(daemon.SocketPath)
	if err != nil {
		return err
	}
	fmt.Println("listening")
	return daemon.Serve(context.Background(), listener, chainsawd{})
}

func startDaemon() (*os.Process, error) {
	self := exec.Command("/proc/self/exe", daemonArgument)
	self.Stderr = os.Stderr
	self.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	listening, err := self.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := self.Start(); err != nil {
		return nil, err
	}
	if _, err := bufio.NewReader(listening).ReadString('\n'); err != nil {
		return nil, fmt.Errorf("chainsawd's stand-in did not come up: %w", err)
	}
	return self.Process, nil
}

// cpuOf is what a living process has used so far.
func cpuOf(pid int) (time.Duration, error) {
	const schedulerClock = 2 // as clock_getcpuclockid(3) makes it
	var ts unix.Timespec
	err := unix.ClockGettime(int32(^pid<<3|schedulerClock), &ts)
	return time.Duration(ts.Nano()), err
}
