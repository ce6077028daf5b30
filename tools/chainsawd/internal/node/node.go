// Package node is chainsawd at work: what it starts, in which order, and who
// hears of what. The work itself is done by the packages that it wires together.
package node

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/spool"
	"github.com/chainsaw-cni/chainsaw/shared/version"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/backlog"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/install"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/lock"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/metrics"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/output"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/policyfile"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/socket"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/status"
)

// DefaultPolicy is where the ConfigMap with the node's policy is mounted.
const DefaultPolicy = "/etc/chainsawd/policy/policy.json"

// imageIP is the `ip` of chainsawd's own image, for nodes that have none.
const imageIP = "/usr/sbin/ip"

// Options are what the command line says.
type Options struct {
	Name            string // the node's, in Kubernetes
	CNIDirs         []string
	Policy          string
	StatusSocket    string
	MetricsAddress  string // "" for none
	WriteKubeconfig bool
	Format          output.Format
	Out             io.Writer // for the reports
	Log             *slog.Logger
}

// node is one chainsawd with its parts.
type node struct {
	Options
	board     status.Board
	metrics   *metrics.Metrics
	printer   *output.Printer
	backlog   *backlog.Backlog
	policy    *policyfile.Keeper
	installer *install.Installer
	cluster   *cluster // nil outside of Kubernetes
}

// Run works until ctx is done, and returns nil then.
func Run(ctx context.Context, o Options) error {
	o.Log.Info("chainsawd starts", "version", version.String(), "node", o.Name)
	n, err := assemble(o)
	if err != nil {
		return err
	}
	listener, err := status.Listen(o.StatusSocket)
	if err != nil {
		return err
	}
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return status.Serve(groupCtx, listener, status.Handler(&n.board, n.live, n.metrics.Handler()))
	})
	group.Go(func() error { return n.takeOver(groupCtx) })
	if err := group.Wait(); ctx.Err() == nil {
		return err
	}
	o.Log.Info("chainsawd ends; everything stays in place for the next one")
	return nil
}

func assemble(o Options) (*node, error) {
	n := &node{Options: o, metrics: metrics.New(spool.Dir)}
	n.policy = &policyfile.Keeper{
		Source: o.Policy, Target: nodepolicy.DaemonPath, Own: nodepolicy.AdminPath,
		Log: o.Log, Observe: n.policyIs,
	}
	n.installer = &install.Installer{
		Source: install.Source, CNIDirs: o.CNIDirs, StateDir: install.StateDir, IP: imageIP,
		Log: o.Log, Observe: n.installed, Looked: func(err error) { n.board.Set(status.Install, err) },
	}
	n.printer = output.New(o.Out, o.Format, n.printed)
	n.backlog = backlog.New(spool.Dir, n.printSpooled, o.Log)
	var err error
	n.cluster, err = n.connect()
	return n, err
}

// takeOver waits for the node, and keeps it until all that works on it has ended.
func (n *node) takeOver(ctx context.Context) error {
	held, err := n.waitForLock(ctx)
	if err != nil {
		return err
	}
	defer held.Release()
	n.Log.Info("this node is ours")
	n.board.Set(status.Lock, nil)
	n.metrics.Owns()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return held.Keep(ctx, lock.Path, func() { n.Log.Warn("somebody removed the node's lock; made it anew", "path", lock.Path) })
	})
	group.Go(func() error { return n.work(ctx) })
	return group.Wait()
}

func (n *node) waitForLock(ctx context.Context) (*lock.Lock, error) {
	var waiting sync.WaitGroup
	defer waiting.Wait()
	whileWaiting, stop := context.WithCancel(ctx)
	defer stop()
	return lock.Wait(ctx, lock.Path, func() { waiting.Go(func() { n.wait(whileWaiting) }) })
}

// wait is for while another chainsawd has the node. One that could not follow
// must not be ready, so that the other one stays.
func (n *node) wait(ctx context.Context) {
	n.Log.Info("another chainsawd has this node; waiting for it to end")
	said := ""
	again(ctx, func() error {
		err := n.installer.Preflight()
		if err == nil {
			n.board.Wait()
			return nil
		}
		n.board.Set(status.Install, err)
		if err.Error() != said {
			said = err.Error()
			n.Log.Error("another chainsawd has this node, and this one could not take it over", "error", err)
		}
		return err
	})
}

// work starts everything. The socket comes first, because plugins wait for it;
// nothing that is asked there needs what comes after.
func (n *node) work(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	keeper := socket.Keeper{Path: daemon.SocketPath, Handler: handler{n}, Logger: n.Log, Listening: n.listening}
	group.Go(func() error { return keeper.Run(ctx) })
	group.Go(func() error { return n.backlog.Run(ctx) })
	if n.cluster != nil {
		n.cluster.start(ctx, group)
	}
	if !n.WriteKubeconfig {
		n.withdrawKubeconfig()
	}
	if n.MetricsAddress != "" {
		group.Go(func() error { return n.listenOn(ctx, n.MetricsAddress) })
	}
	group.Go(func() error { return n.install(ctx, group) })
	return group.Wait()
}

// install puts the policy in force before any plugin that it should bind. A
// policy that was meant and cannot be had keeps the plugins away.
func (n *node) install(ctx context.Context, group *errgroup.Group) error {
	if !n.until(ctx, status.Policy, func() error { _, err := n.policy.Apply(); return err }) {
		return nil
	}
	group.Go(func() error { return n.policy.Run(ctx) })
	if !n.until(ctx, status.Install, n.installer.Apply) {
		return nil
	}
	return n.installer.Run(ctx)
}

// retry is how long chainsawd waits after a step that failed.
const retry = 5 * time.Second

// again takes a step again and again until it succeeds, and returns false if ctx
// ended before that.
func again(ctx context.Context, step func() error) bool {
	tick := time.NewTicker(retry)
	defer tick.Stop()
	for step() != nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// until does so with a step without which chainsawd is not ready.
func (n *node) until(ctx context.Context, part status.Part, step func() error) bool {
	return again(ctx, func() error {
		err := step()
		n.board.Set(part, err)
		return err
	})
}

// listenOn serves the metrics on a port as well; probes have the socket. That a
// port is taken, perhaps by a predecessor, is no reason to leave the node
// without chainsawd.
func (n *node) listenOn(ctx context.Context, address string) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", n.metrics.Handler())
	var listener net.Listener
	said := false
	if !again(ctx, func() (err error) {
		listener, err = new(net.ListenConfig).Listen(ctx, "tcp", address)
		if err != nil && !said {
			said = true
			n.Log.Error("metrics cannot be served on the address for now", "address", address, "error", err)
		}
		return err
	}) {
		return nil
	}
	return status.Serve(ctx, listener, mux)
}
