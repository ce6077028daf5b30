package machine

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	initName  = "chainsaw-e2e-init"
	stageJoin = "join" // the cgroups, whose namespace is made then
	stageLive = "live"

	lockFD, statusFD = 3, 4

	ready = "ready"

	bootTimeout = 3 * time.Minute
)

// environment is that of every process of the node.
var environment = []string{
	"PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
	"KUBECONFIG=" + adminConf, "CONTAINERD_NAMESPACE=k8s.io",
}

// Inside is the life of the node's init, from which it does not return. In
// every other process it does nothing.
func Inside() {
	if os.Args[0] != initName || len(os.Args) != 3 {
		return
	}
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "only this package starts this, in namespaces of its own")
		os.Exit(2)
	}
	dir := os.Args[2]
	var err error
	if os.Args[1] == stageJoin {
		err = enterCgroups(dir)
	} else {
		err = live(dir)
	}
	fmt.Fprint(os.NewFile(statusFD, "status"), err)
	os.Exit(1)
}

// enterCgroups joins the node's cgroups and makes them the root of what it
// sees. A namespace is a thread's own: executing makes it that of all threads.
func enterCgroups(dir string) error {
	if err := joinCgroups(filepath.Base(dir)); err != nil {
		return err
	}
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWCGROUP); err != nil {
		return fmt.Errorf("making a cgroup namespace: %w", err)
	}
	return syscall.Exec("/proc/self/exe", []string{initName, stageLive, dir}, environment)
}

// live furnishes the node, starts what runs on it, says so, and from then on
// only reaps.
func live(dir string) error {
	syscall.CloseOnExec(lockFD)
	syscall.CloseOnExec(statusFD)
	text, err := os.ReadFile(filepath.Join(dir, planFile))
	if err != nil {
		return err
	}
	var todo plan
	if err := json.Unmarshal(text, &todo); err != nil {
		return err
	}
	if err := todo.furnish(dir); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), bootTimeout)
	defer cancel()
	if err := run(ctx); err != nil {
		return err
	}
	if _, err := syscall.Write(statusFD, []byte(ready)); err != nil {
		return err
	}
	syscall.Close(statusFD)
	select {}
}
