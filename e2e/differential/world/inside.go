package world

import (
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// inside marks the process that is a world; its value is the ip to run.
const inside = "CHAINSAW_WORLD"

// The main thread is the host: `netns 1` and /proc/1/ns/net mean its netns.
func init() { runtime.LockOSThread() }

// Main serves as a world if [New] started this process, and then never returns.
func Main() {
	ip := os.Getenv(inside)
	if ip == "" {
		return
	}
	if err := serve(ip); err != nil && !errors.Is(err, io.EOF) {
		fmt.Fprintln(os.Stderr, "world:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func serve(ip string) error {
	if err := furnish(); err != nil {
		return err
	}
	if err := numberFamilies(); err != nil {
		return err
	}
	canaries, err := watchCanaries()
	if err != nil {
		return err
	}
	in, out := gob.NewDecoder(os.Stdin), gob.NewEncoder(os.Stdout)
	var s *scene
	for {
		if s == nil { // while the other side looks at what the line before did
			if s, err = newScene(canaries); err != nil {
				return err
			}
		}
		var t Trial
		if err := in.Decode(&t); err != nil {
			return err
		}
		e, err := s.run(ip, t)
		if err != nil {
			return err
		}
		if err := out.Encode(e); err != nil {
			return err
		}
		if e.Spoilt { // the rest goes with this process
			_, err := io.Copy(io.Discard, os.Stdin)
			return err
		}
		if len(e.Pod)+len(e.Outside) > 0 {
			s.close()
			s = nil
		}
	}
}

// A space is a thread in a netns of its own.
type space struct {
	work chan func()
}

func newSpace() (*space, error) {
	s := &space{work: make(chan func())}
	made := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends, and with it the netns
		made <- unix.Unshare(unix.CLONE_NEWNET)
		for f := range s.work {
			f()
		}
	}()
	return s, <-made
}

// do runs f on the thread. A nil space is the host: the main thread, on which
// the caller is.
func (s *space) do(f func() error) (err error) {
	if s == nil {
		return f()
	}
	done := make(chan struct{})
	s.work <- func() {
		defer close(done)
		err = f()
	}
	<-done
	return err
}

func (s *space) close() { close(s.work) }
