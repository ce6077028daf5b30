package apihelper

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
)

// TestMain lets this test's executable stand in for chainsaw-lookup. What it
// does is in place of the kubeconfig, as it inherits nothing else.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && strings.HasPrefix(os.Args[1], "--kubeconfig=") {
		// Not os.Exit, which the race detector delays by a second.
		syscall.Exit(standIn(strings.TrimPrefix(os.Args[1], "--kubeconfig=")))
	}
	if len(os.Args) == 3 && os.Args[1] == "ask" {
		_, _ = ask(os.Args[2]) // and hang with it
	}
	os.Exit(m.Run())
}

func standIn(behaviour string) int {
	verb, text, _ := strings.Cut(behaviour, ":")
	switch verb {
	case "describe":
		found(describe())
	case "largest": // the API server's limit, and nothing shorter than \u0001
		found(map[string]string{"a": strings.Repeat("\x01", 256<<10)})
	case "say":
		fmt.Fprintln(os.Stdout, text)
	case "fail":
		fmt.Fprintln(os.Stdout, text)
		return 1
	case "crash":
		fmt.Fprintln(os.Stderr, text)
		return 2
	case "flood":
		fmt.Fprint(os.Stdout, `{"uid":"`+strings.Repeat("x", maxAnswer)+`"}`)
	case "rave":
		fmt.Fprint(os.Stderr, strings.Repeat("oh ", maxComplaint))
		return 2
	case "fork":
		child := exec.Command("/bin/sleep", "1")
		child.Stdout = os.Stdout
		if child.Start() != nil {
			return 2
		}
		fmt.Fprintln(os.Stdout, `{"uid":"u"}`)
	case "hang":
		_ = os.WriteFile(text, fmt.Appendln(nil, os.Getpid()), 0o600)
		time.Sleep(time.Hour) //nolint:forbidigo // it shall hang
	}
	return 0
}

func found(annotations map[string]string) {
	_ = json.NewEncoder(os.Stdout).Encode(Answer{Metadata: daemon.Metadata{UID: "u", Annotations: annotations}})
}

// describe is what the helper has got from the plugin.
func describe() map[string]string {
	dir, _ := os.Getwd()
	input, err := io.ReadAll(os.Stdin)
	return map[string]string{
		"args":        strings.Join(os.Args[2:], " "),
		"environment": strings.Join(os.Environ(), " "),
		"folder":      dir,
		"input":       fmt.Sprint(string(input), err),
		"own group":   fmt.Sprint(syscall.Getpgrp() == os.Getpid()),
	}
}
