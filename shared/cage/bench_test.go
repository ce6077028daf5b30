package cage

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// The share of the cage is the difference between its runs and the bare spawn:
//
//	go test -run '^$' -bench . -count 10 ./cage
func BenchmarkSpawn(b *testing.B) {
	ns, ip := newNetNS(b), ipCommand(b)
	caged := func(p Privilege) func() error {
		c := openCage(b, ns, ip, p)
		return func() error {
			_, err := c.Run(b.Context(), []string{"-V"})
			return err
		}
	}
	tests := []struct {
		name  string
		spawn func() error
	}{
		{"bare", func() error { return bareSpawn(ip, "-V") }},
		{"os-exec", func() error { _, err := exec.Command(ip, "-V").Output(); return err }},
		{"cage-none", caged(None)},
		{"cage-netadmin", caged(NetAdmin)},
	}
	for _, tt := range tests {
		b.Run(tt.name, func(b *testing.B) {
			for b.Loop() {
				if err := tt.spawn(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// bareSpawn is the cage's Run without any wall.
func bareSpawn(ip string, argv ...string) error {
	out, err := openOutput()
	if err != nil {
		return err
	}
	defer out.close()
	pid, err := syscall.ForkExec(ip, append([]string{"ip"}, argv...), &syscall.ProcAttr{
		Files: []uintptr{0, uintptr(out.writers[0]), uintptr(out.writers[1])},
	})
	out.closeWriters()
	if err != nil {
		return err
	}
	if err := serve(&inspector{listener: -1, pid: pid}, out); err != nil {
		return err
	}
	_, err = reap(pid)
	return err
}

// BenchmarkMessages shows what the inspector takes for each of 100 messages.
func BenchmarkMessages(b *testing.B) {
	ns, ip := newNetNS(b), ipCommand(b)
	lines := filepath.Join(publicDir(b), "lines")
	if err := os.WriteFile(lines, []byte(strings.Repeat("link set lo up\n", 100)), 0o644); err != nil {
		b.Fatal(err)
	}
	c := openCage(b, ns, ip, NetAdmin)
	tests := map[string]func() error{
		"bare":  func() error { return bareSpawn(ip, "-b", lines) },
		"caged": func() error { _, err := c.Run(b.Context(), []string{"-b", lines}); return err },
	}
	for name, spawn := range tests {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := spawn(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	ns := newNetNS(b)
	for b.Loop() {
		c := Open(ns, "/usr/sbin/ip", NetAdmin)
		if err := built(c); err != nil {
			b.Fatal(err)
		}
		c.Close()
	}
}

func BenchmarkFilter(b *testing.B) {
	var prog []unix.SockFilter
	for b.Loop() {
		prog = filter(NetAdmin)
	}
	b.ReportMetric(float64(len(prog)), "instructions")
}
