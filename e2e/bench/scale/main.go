// Command scale measures what chainsawd costs the API server: a hundred real
// ones, each on a node of its own that is made of mounts, watch the pods of a
// real kube-apiserver. From that it works out what 5,000 of them would cost. It
// prints tables, which keep apart what was measured and what is paper, and
// asserts nothing.
//
// It starts no kubelet and runs no ADD: of an ADD only the look-up can cost the
// API server anything, and the look-up is made here as a plugin makes it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/chainsaw-cni/chainsaw/e2e/apiserver"
)

// size is how large the measurement is.
type size struct{ nodes, pods, lives int }

func main() {
	if len(os.Args) == 4 && os.Args[1] == asNode {
		exit(become(os.Args[2], os.Args[3]))
	}
	var s size
	flag.IntVar(&s.nodes, "nodes", 100, "how many chainsawds there are")
	flag.IntVar(&s.pods, "pods", 30, "how many pods each node has")
	flag.IntVar(&s.lives, "lives", 500, "how many more come and go")
	bin := flag.String("bin", "bin", "where `make build` has put chainsawd")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, s, *bin)
	stop()
	exit(err)
}

// exit is for the end of main: nothing is deferred there.
func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context, s size, bin string) error {
	program, err := filepath.Abs(filepath.Join(bin, "chainsawd"))
	if err != nil {
		return err
	}
	server, err := apiserver.Start(ctx)
	if err != nil {
		return err
	}
	defer server.Stop()
	c, err := connect(ctx, server)
	if err != nil {
		return err
	}
	way, err := newMeter(ctx, server.URL)
	if err != nil {
		return err
	}
	defer way.close()
	f := &fleet{program: program, home: server.Dir, way: way}
	defer f.kill()
	m, err := measure(ctx, s, c, f)
	if err != nil {
		return err
	}
	m.show(s)
	return nil
}
