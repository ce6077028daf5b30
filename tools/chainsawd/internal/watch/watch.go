// Package watch looks after folders: again when something changes in them, and
// from time to time in case a change went unheard. It does not know what is to
// be seen there.
package watch

import (
	"context"
	"log/slog"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Watch says where and how often.
type Watch struct {
	Folders []string
	Every   time.Duration // at least
	Log     *slog.Logger
}

// settle gathers what belongs together: a copy is many writes.
const settle = 200 * time.Millisecond

// Run calls look until ctx ends, first as soon as changes are heard: one that
// came before would go unseen. A positive answer is when look is called next,
// whatever changes until then: how it keeps from being driven round by others.
func (w Watch) Run(ctx context.Context, look func() (again time.Duration)) {
	ears := w.listen()
	defer ears.close()
	timer := time.NewTimer(0)
	defer timer.Stop()
	hasten := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-ears.changed:
			if hasten {
				timer.Reset(settle)
				hasten = false // a stream of changes must not postpone it
			}
		case <-timer.C:
			again := look()
			ears.watch(w.Folders) // one that was made anew needs a new watch
			hasten = again <= 0
			if hasten {
				again = w.Every
			}
			timer.Reset(again)
		}
	}
}

// ears hear changes, if the kernel has an inotify instance to spare.
type ears struct {
	watcher *fsnotify.Watcher // nil when deaf
	changed <-chan struct{}
	log     *slog.Logger
	deaf    map[string]bool // folders of which it has been said
}

func (w Watch) listen() *ears {
	e := &ears{log: w.Log, deaf: map[string]bool{}}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		w.Log.Warn("changes will be noticed late: raise the sysctls fs.inotify.max_user_*", "every", w.Every, "error", err)
		return e
	}
	e.watcher = watcher
	e.changed = changes(watcher)
	e.watch(w.Folders)
	return e
}

// changes makes one signal of however many are waiting. An error is one too:
// it says that some have been lost.
func changes(watcher *fsnotify.Watcher) <-chan struct{} {
	changed := make(chan struct{}, 1)
	go func() {
		for {
			var open bool
			var event fsnotify.Event
			select {
			case event, open = <-watcher.Events:
			case _, open = <-watcher.Errors:
			}
			if !open {
				return
			}
			// Looking alone may set a mode anew: package spool does.
			if event.Op == fsnotify.Chmod {
				continue
			}
			select {
			case changed <- struct{}{}:
			default:
			}
		}
	}()
	return changed
}

// watch adds the folders; one that is watched already stays so.
func (e *ears) watch(folders []string) {
	if e.watcher == nil {
		return
	}
	for _, folder := range folders {
		err := e.watcher.Add(folder)
		if err != nil && !e.deaf[folder] {
			e.log.Warn("changes in a folder will be noticed late", "folder", folder, "error", err)
		}
		e.deaf[folder] = err != nil
	}
}

func (e *ears) close() {
	if e.watcher != nil {
		e.watcher.Close()
	}
}
