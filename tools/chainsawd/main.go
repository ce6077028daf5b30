// Command chainsawd is Chainsaw's daemon of a node: it installs the plugins,
// tells them what the annotations of pods say, and shows what they did.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, cli.Streams{Out: os.Stdout, ErrOut: os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}
