package scratchhost

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// Work is what a scratch host is made for. It gets the job and the folders as
// they are called inside. Its error is one that kept it from working.
type Work func(job json.RawMessage, folders []string) (code int, err error)

// Inside is the life of the init: it furnishes the host, does the work, and
// tells Run how that went. It does not return.
func Inside(work Work) {
	// Anywhere else, furnishing would be done to the machine.
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "only chainsawctl itself starts this, in namespaces of its own")
		os.Exit(2)
	}
	status := os.NewFile(statusFD, "status")
	unix.CloseOnExec(statusFD)
	keep, done := live(work)
	// The kernel hides a signal from an init that does not handle it. This one
	// handles them before anybody can know that it should be killed.
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, unix.SIGTERM, unix.SIGINT, unix.SIGHUP)
	if say(status, done) == nil && keep {
		<-ended
	}
	os.Exit(0)
}

// say tells the outcome, and lets go of the caller's streams before, so that
// it sees their end.
func say(status *os.File, done outcome) error {
	defer status.Close()
	text, err := json.Marshal(done)
	if err != nil {
		return err
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	for fd := range 3 {
		if err := unix.Dup3(int(null.Fd()), fd, 0); err != nil {
			return err
		}
	}
	_, err = status.Write(text)
	return err
}

func live(work Work) (keep bool, done outcome) {
	var o order
	if err := json.NewDecoder(os.Stdin).Decode(&o); err != nil {
		return false, outcome{Error: fmt.Sprintf("reading the order for the scratch host: %v", err)}
	}
	folders, err := furnish(o.Folders, o.Files)
	if errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf("%w: where the namespaces of users are restricted, as on Ubuntu, run as root", err)
	}
	if err != nil {
		return false, outcome{Error: fmt.Sprintf("furnishing the scratch host: %v", err)}
	}
	code, err := work(o.Job, folders)
	if err != nil {
		return false, outcome{Error: err.Error()}
	}
	return o.Keep, outcome{Code: code}
}
