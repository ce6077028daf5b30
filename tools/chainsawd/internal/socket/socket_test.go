package socket

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned/rootownedtest"
)

type handler struct{}

func (handler) Metadata(context.Context, pod.Ref) (daemon.Metadata, error) {
	return daemon.Metadata{UID: "here"}, nil
}

func (handler) Report(context.Context, report.Report) error { return nil }

func asks(t *testing.T, path string) error {
	t.Helper()
	_, err := daemon.Client{Path: path}.Metadata(t.Context(), pod.Ref{Namespace: "default", Name: "web-0"})
	return err
}

func TestAnswersAgainWhateverHappensToTheSocket(t *testing.T) {
	path := filepath.Join(rootownedtest.Folder(t), "run", "s")
	listening := make(chan bool, 1)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	k := Keeper{Path: path, Handler: handler{}, Logger: slog.New(slog.DiscardHandler), Listening: func(is bool) { listening <- is }}
	go func() { ended <- k.Run(ctx) }()
	is := func(want bool) {
		t.Helper()
		select {
		case got := <-listening:
			if got != want {
				t.Fatalf("listening: %v", got)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("nothing happens")
		}
	}
	is(true)
	for name, hurt := range map[string]func() error{
		"the socket is removed":      func() error { return os.Remove(path) },
		"its folder is removed":      func() error { return os.RemoveAll(filepath.Dir(path)) },
		"a file is put in its place": func() error { return errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600)) },
	} {
		if err := asks(t, path); err != nil {
			t.Errorf("before %s: %v", name, err)
		}
		if err := hurt(); err != nil {
			t.Fatal(err)
		}
		is(false)
		is(true)
		if err := asks(t, path); err != nil {
			t.Errorf("after %s: %v", name, err)
		}
	}
	cancel()
	is(false)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestFolderThatOthersMayWriteToIsNoPlaceToListen(t *testing.T) {
	folder := filepath.Join(rootownedtest.Folder(t), "run")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	k := Keeper{Path: filepath.Join(folder, "s"), Handler: handler{}, Listening: func(bool) {}}
	if err := k.Run(t.Context()); err == nil {
		t.Error("it listens there")
	}
}
