// Package node is chainsawd at work: what it starts, in which order, and who
// hears of what. The work itself is done by the packages that it wires together.
package node

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
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
		Log: o.Log, Observe: n.installed,
	}
	n.printer = output.New(o.Out, o.Format, n.printed)
	n.backlog = backlog.New(spool.Dir, n.printSpooled, o.Log)
	var err error
	n.cluster, err = n.connect()
	return n, err
}

// wait is called while another chainsawd has the node. One that could not
// follow must not be ready, so that the other one stays.
func (n *node) wait() {
	if err := n.installer.Preflight(); err != nil {
		n.Log.Error("another chainsawd has this node, and this one could not take it over", "error", err)
		n.board.Set(status.Install, err)
		return
	}
	n.Log.Info("another chainsawd has this node; waiting for it to end")
	n.board.Wait()
}

// takeOver waits for the node, and keeps it until all that works on it has ended.
func (n *node) takeOver(ctx context.Context) error {
	held, err := lock.Wait(ctx, lock.Path, n.wait)
	if err != nil {
		return err
	}
	defer held.Release()
	n.Log.Info("this node is ours")
	n.board.Set(status.Lock, nil)
	n.metrics.Owns()
	return n.work(ctx)
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

// until takes a step again and again until it succeeds, and returns false if ctx
// ended before that.
func (n *node) until(ctx context.Context, part status.Part, step func() error) bool {
	tick := time.NewTicker(retry)
	defer tick.Stop()
	for {
		err := step()
		n.board.Set(part, err)
		if err == nil {
			return true
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
}

// listenOn serves the metrics on a port as well; probes have the socket. That a
// port is taken, perhaps by a predecessor, is no reason to leave the node
// without chainsawd.
func (n *node) listenOn(ctx context.Context, address string) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", n.metrics.Handler())
	tick := time.NewTicker(retry)
	defer tick.Stop()
	for said := false; ; said = true {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
		if err == nil {
			return status.Serve(ctx, listener, mux)
		}
		if !said {
			n.Log.Error("metrics cannot be served on the address for now", "address", address, "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
