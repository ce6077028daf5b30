package watch

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// start watches folders. Every look is sent, and answered with one of the
// answers, the last one for good.
func start(t *testing.T, folders []string, every time.Duration, answers ...time.Duration) <-chan time.Time {
	t.Helper()
	looks := make(chan time.Time, 100)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		Watch{Folders: folders, Every: every, Log: slog.New(slog.DiscardHandler)}.Run(t.Context(), func() time.Duration {
			looks <- time.Now()
			again := answers[0]
			answers = answers[min(1, len(answers)-1):]
			return again
		})
	}()
	t.Cleanup(func() { <-ended })
	return looks
}

func await(t *testing.T, looks <-chan time.Time) time.Time {
	t.Helper()
	select {
	case at := <-looks:
		return at
	case <-time.After(10 * time.Second):
		t.Fatal("nobody looked")
		return time.Time{}
	}
}

// touch changes the folder again and again until somebody looks.
func touch(t *testing.T, folder string, looks <-chan time.Time) time.Time {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 1000 {
		select {
		case at := <-looks:
			return at
		case <-tick.C:
			if err := os.WriteFile(filepath.Join(folder, "file"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Fatal("a stream of changes went unseen")
	return time.Time{}
}

func TestLooksAtOnceAndAtChange(t *testing.T) {
	folder := t.TempDir()
	looks := start(t, []string{folder}, time.Hour, 0)
	await(t, looks)
	if err := os.WriteFile(filepath.Join(folder, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	await(t, looks)
}

func TestStreamOfChangesDoesNotPostponeLook(t *testing.T) {
	folder := t.TempDir()
	looks := start(t, []string{folder}, time.Hour, 0)
	await(t, looks)
	touch(t, folder, looks)
	touch(t, folder, looks)
}

func TestLooksFromTimeToTimeAlsoAtMissingFolder(t *testing.T) {
	looks := start(t, []string{filepath.Join(t.TempDir(), "missing")}, 10*time.Millisecond, 0)
	for range 3 {
		await(t, looks)
	}
}

func TestFolderMadeLaterIsWatchedFromNextLookOn(t *testing.T) {
	there := t.TempDir()
	later := filepath.Join(t.TempDir(), "later")
	looks := start(t, []string{there, later}, time.Hour, 0)
	await(t, looks)
	if err := os.Mkdir(later, 0o700); err != nil {
		t.Fatal(err)
	}
	touch(t, there, looks)
	touch(t, later, looks)
}

func TestAnswerRestsWhateverChanges(t *testing.T) {
	const rest = 500 * time.Millisecond
	folder := t.TempDir()
	looks := start(t, []string{folder}, time.Hour, rest, 0)
	first := await(t, looks)
	if second := touch(t, folder, looks); second.Sub(first) < rest {
		t.Errorf("looked again after %v: want %v", second.Sub(first), rest)
	}
}
