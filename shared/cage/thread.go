package cage

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// thread is an operating system thread of its own. What is done to it cannot
// be undone, so it is never given back to Go's scheduler: the runtime ends a
// thread whose goroutine returns locked. The runtime does not start threads
// from a locked one either, so no other inherits its netns or its walls.
type thread struct {
	work chan func()
	done chan struct{}
}

func startThread() *thread {
	t := &thread{work: make(chan func(), 2), done: make(chan struct{})} // to build the cage, and to start a command
	go t.loop()
	return t
}

func (t *thread) loop() {
	runtime.LockOSThread()
	if unix.Gettid() == unix.Getpid() {
		// The main thread cannot end, and /proc/PID shows its netns as the
		// process's. While it is locked here, the next goroutine is elsewhere.
		go t.loop()
		<-t.done
		runtime.UnlockOSThread()
		return
	}
	defer close(t.done)
	for f := range t.work {
		f()
	}
}

func (t *thread) stop() { close(t.work) }
