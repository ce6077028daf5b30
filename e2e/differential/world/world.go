package world

import (
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Trial is a command line to run as it stands, without a shell.
type Trial struct {
	Argv  []string // without the leading "ip"
	Limit time.Duration
}

// Effect is what a line did.
type Effect struct {
	Exit     int
	TimedOut bool // it was killed
	Stdout   string
	Stderr   string

	Pod       []string // what it changed in the pod's netns, each line as package world writes it, after "- " or "+ "
	Outside   []string // what it changed anywhere else
	Canaries  []string // the files it opened that are none of its business
	Processes bool     // it left a process behind

	// Spoilt says that files or mounts changed, and the world must go.
	Spoilt bool

	// Violation says why package device refuses the command for the devices
	// of the pod; "" if it does not, or if ipcmd does not understand it.
	Violation string
}

// Harmed reports whether the line reached anything but the pod's netns.
func (e Effect) Harmed() bool {
	return e.TimedOut || e.Processes || len(e.Outside) > 0 || len(e.Canaries) > 0
}

// World runs one line after the other, each as if it were the first.
type World struct {
	ip  string
	cmd *exec.Cmd
	to  *gob.Encoder
	in  io.WriteCloser
	out *gob.Decoder
}

// Missing says what this machine lacks for worlds; "" is nothing.
func Missing() string {
	if out, err := exec.Command("unshare", "--mount", "--pid", "--net", "--ipc", "--fork", "true").CombinedOutput(); err != nil {
		return fmt.Sprintf("needs root, or a user namespace, to make worlds: %s", out)
	}
	if _, err := os.Stat(furnisher); err != nil {
		return fmt.Sprintf("needs iproute2: %v", err)
	}
	return ""
}

// New makes a world. The program that calls it must begin with [Main]. The ip
// is the one that runs the lines.
func New(ip string) (*World, error) {
	w := &World{ip: ip}
	return w, w.start()
}

func (w *World) start() error {
	w.cmd = exec.Command("/proc/self/exe", "-test.run=^$")
	w.cmd.Env = []string{inside + "=" + w.ip, "GOGC=400"}
	w.cmd.Stderr = os.Stderr
	w.cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
	}
	in, err := w.cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	w.in, w.to, w.out = in, gob.NewEncoder(in), gob.NewDecoder(out)
	if err := w.cmd.Start(); err != nil {
		return fmt.Errorf("making a world: %w", err)
	}
	return nil
}

// Run runs a line. The next one finds the world as this one did.
func (w *World) Run(t Trial) (Effect, error) {
	if err := w.to.Encode(t); err != nil {
		return Effect{}, fmt.Errorf("handing a line to the world: %w", err)
	}
	var e Effect
	if err := w.out.Decode(&e); err != nil {
		return Effect{}, fmt.Errorf("running %q: %w", t.Argv, err)
	}
	if e.Spoilt {
		w.Close()
		return e, w.start()
	}
	return e, nil
}

// Close ends the world.
func (w *World) Close() {
	w.in.Close()
	w.cmd.Process.Kill()
	w.cmd.Wait()
}
