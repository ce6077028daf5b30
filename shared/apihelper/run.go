package apihelper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

const (
	maxAnswer    = 2 << 20 // 256 KiB of annotations, each byte written as \u00XX
	maxComplaint = 4 << 10 // the beginning of a crash
	reapDelay    = 100 * time.Millisecond
)

// run returns what the helper writes to its standard output. The helper gets
// its arguments and nothing else: no environment (which could name a proxy), no
// standard input, no folder. It dies with ctx, and with this process.
func run(ctx context.Context, helper string, args ...string) ([]byte, error) {
	stdout, stderr := bounded{left: maxAnswer}, bounded{left: maxComplaint}
	cmd := exec.CommandContext(ctx, helper, args...)
	cmd.Env = []string{} // nil would mean ours
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = reapDelay

	// PDEATHSIG is about the thread that started the helper, not the process.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Run()

	exit, exited := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil, exited && exit.ExitCode() == 1:
		return stdout.kept.Bytes(), nil // the answer says whether it is a failure
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s did not answer in time: %w", helper, ctx.Err())
	default:
		return nil, fmt.Errorf("running %s: %w%s", helper, err, stderr.complaint())
	}
}

// bounded keeps the beginning of what is written to it; an answer that has been
// cut is no JSON. It does not embed the buffer: io.Copy would find ReadFrom and
// pass the limit by.
type bounded struct {
	kept bytes.Buffer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	kept := p[:min(len(p), b.left)]
	b.left -= len(kept)
	b.kept.Write(kept)
	return len(p), nil
}

// complaint is the first line, as the end of a sentence.
func (b *bounded) complaint() string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(b.kept.Bytes()), []byte("\n"))
	if len(line) == 0 {
		return ""
	}
	return ": " + printable(string(line))
}
