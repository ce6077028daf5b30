// Command chainsawctl is Chainsaw's tool for authors of manifests. It needs no
// cluster.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, cli.Streams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}
