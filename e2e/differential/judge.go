package differential

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chainsaw-cni/chainsaw/e2e/differential/world"
	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// How long a line may run: one that is let through ends by itself.
const (
	enough    = 3 * time.Second
	impatient = 100 * time.Millisecond
)

// Verdict is what became of one line.
type Verdict struct {
	Line    string
	Words   []string
	Command ipcmd.Command
	Refusal *ipcmd.Refusal // nil: let through
	Effect  world.Effect   // of the line as it was written
	Broken  string         // the promise that it breaks, and how; "" for none
}

// Accepted reports whether ip itself took the line and did no harm.
func (v *Verdict) Accepted() bool { return v.Effect.Exit == 0 && !v.Effect.Harmed() }

// Judge runs lines in two worlds that are alike.
type Judge struct{ typed, ours *world.World }

// NewJudge makes the worlds; the ip is run in both.
func NewJudge(ip string) (*Judge, error) {
	typed, err := world.New(ip)
	if err != nil {
		return nil, err
	}
	ours, err := world.New(ip)
	if err != nil {
		typed.Close()
		return nil, err
	}
	return &Judge{typed, ours}, nil
}

// Close ends the worlds.
func (j *Judge) Close() {
	j.typed.Close()
	j.ours.Close()
}

// Judge reads a line, runs it, and says which promise is broken. What it finds
// must happen again, since the kernel does some things in its own time.
func (j *Judge) Judge(line string) (Verdict, error) {
	v, err := j.once(line)
	for range 2 {
		if v.Broken == "" || err != nil {
			return v, err
		}
		v, err = j.once(line)
	}
	return v, err
}

func (j *Judge) once(line string) (v Verdict, err error) {
	v.read(line)
	if v.Refusal != nil {
		v.Effect, err = j.typed.Run(world.Trial{Argv: v.Words, Limit: impatient})
		return v, err
	}
	typed, ours, err := j.both(v.Words, v.Command.Argv())
	if err != nil {
		return v, err
	}
	v.Effect = typed
	if v.Broken = harm(v.Command, typed); v.Broken == "" {
		v.Broken = harm(v.Command, ours)
	}
	if v.Broken == "" {
		v.Broken, err = j.compare(&v, typed, ours)
	}
	return v, err
}

// read does what the plugins do with a line.
func (v *Verdict) read(line string) {
	v.Line = line
	words, err := ipcmd.Split(line)
	if err != nil {
		words = strings.Fields(line)
	} else {
		v.Command, err = ipcmd.Parse(words)
	}
	if len(words) > 0 && words[0] == "ip" {
		words = words[1:]
	}
	v.Words = words
	errors.As(err, &v.Refusal)
}

// both runs two command lines at once, or one if they are the same.
func (j *Judge) both(typed, ours []string) (a, b world.Effect, err error) {
	if slices.Equal(typed, ours) {
		a, err = j.typed.Run(world.Trial{Argv: typed, Limit: enough})
		return a, a, err
	}
	return j.twins(typed, ours)
}

func (j *Judge) twins(typed, ours []string) (a, b world.Effect, err error) {
	done := make(chan error)
	go func() {
		var err error
		b, err = j.ours.Run(world.Trial{Argv: ours, Limit: enough})
		done <- err
	}()
	a, err = j.typed.Run(world.Trial{Argv: typed, Limit: enough})
	return a, b, errors.Join(err, <-done)
}

// harm says what a command did that its class does not allow. What the devices
// forbid (package device) is not the parser's to prevent.
func harm(c ipcmd.Command, e world.Effect) string {
	switch {
	case e.TimedOut:
		return "does not end"
	case e.Processes:
		return "leaves a process"
	case len(e.Canaries) > 0:
		return fmt.Sprintf("opens or changes %q", e.Canaries)
	case len(e.Outside) > 0 && e.Violation == "":
		return "changes what is outside the pod's netns:\n" + strings.Join(e.Outside, "\n")
	case len(e.Pod) > 0 && c.Class == ipcmd.Read:
		return "is called a read, and changes:\n" + strings.Join(e.Pod, "\n")
	}
	return ""
}

// compare says where the canonical command does something else than the line.
// A line that does not even do the same as itself cannot be compared.
func (j *Judge) compare(v *Verdict, typed, ours world.Effect) (string, error) {
	if v.Command.Action == "help" { // to stdout or stderr, and with 0 or 255, as the place in ip has it
		typed.Exit, typed.Stdout = ours.Exit, ours.Stdout
	}
	different := contrast(typed, ours)
	if different == "" {
		return "", nil
	}
	a, b, err := j.twins(v.Words, v.Words)
	if err != nil || contrast(a, b) != "" {
		return "", err
	}
	return fmt.Sprintf("is not the same as %q: %s", v.Command.Argv(), different), nil
}

func contrast(a, b world.Effect) string {
	switch {
	case a.Exit != b.Exit:
		return fmt.Sprintf("exit %d (%s) and %d (%s)", a.Exit, strings.TrimSpace(a.Stderr), b.Exit, strings.TrimSpace(b.Stderr))
	case !slices.Equal(a.Pod, b.Pod):
		return fmt.Sprintf("it leaves\n%s\nand the other\n%s", strings.Join(a.Pod, "\n"), strings.Join(b.Pod, "\n"))
	case a.Stdout != b.Stdout:
		return fmt.Sprintf("it prints\n%s\nand the other\n%s", a.Stdout, b.Stdout)
	}
	return ""
}
