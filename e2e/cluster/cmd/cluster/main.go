// Command cluster gives a developer the node that the stories run on, for
// `make cluster-up`, `make cluster-shell` and `make cluster-down`. It tells
// `make e2e` what this machine lacks for one.
package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/machine"
)

var commands = map[string]func(context.Context) error{
	"up":    up,
	"shell": shell,
	"down":  down,

	"lacking": lacking,
}

func main() {
	machine.Inside()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	command, ok := commands[strings.Join(os.Args[1:], " ")]
	if !ok {
		fmt.Fprintln(os.Stderr, "say one of:", strings.Join(slices.Sorted(maps.Keys(commands)), ", "))
		os.Exit(2)
	}
	if err := command(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

// lacking prints what this machine lacks for a node, or nothing. It fails for a
// node that there is nowhere.
func lacking(context.Context) error {
	if err := cluster.Check(); err != nil {
		return err
	}
	if what := machine.Lacking(); what != "" {
		fmt.Println(what)
	}
	return nil
}

func up(context.Context) error {
	if lacking := machine.Lacking(); lacking != "" {
		return fmt.Errorf("no cluster can run here: this machine lacks %s", lacking)
	}
	running, err := machine.Kept()
	if err != nil {
		return err
	}
	if len(running) > 0 {
		return errors.New("there is one already: make cluster-shell enters it, make cluster-down ends it")
	}
	m, err := cluster.Up()
	if err != nil {
		return err
	}
	fmt.Printf("The node runs, with Multus and chainsaw. Logs are in %s.\n", m.Logs)
	fmt.Println("make cluster-shell is a shell on it, with kubectl; make cluster-down ends it.")
	return nil
}

func shell(ctx context.Context) error {
	running, err := machine.Kept()
	if err != nil {
		return err
	}
	if len(running) == 0 {
		return errors.New("there is none: make cluster-up starts one")
	}
	sh := running[0].Command(ctx, "sh")
	sh.Env = append(sh.Env, "PS1=node1# ")
	sh.Stdin, sh.Stdout, sh.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = sh.Run()
	if _, left := errors.AsType[*exec.ExitError](err); left {
		return nil // as the last command in there did
	}
	return err
}

func down(context.Context) error {
	running, err := machine.Kept()
	if err != nil {
		return err
	}
	for _, m := range running {
		if err := m.Stop(false); err != nil {
			return err
		}
	}
	return nil
}
