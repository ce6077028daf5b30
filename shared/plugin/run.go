package plugin

import (
	"context"
	"fmt"
	"slices"

	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/device"
	"github.com/chainsaw-cni/chainsaw/shared/ipbinary"
	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/result"
	"github.com/chainsaw-cni/chainsaw/shared/runner"
)

// defaultInterface is the name that kubelet's runtimes give the pod's default
// network. Its addresses are the podIPs, which a pod must not choose.
const defaultInterface = "eth0"

// run runs the judged commands between two looks at the attachment, and tells
// the difference in the result.
func (a *attachment) run(ctx context.Context, j judge.Judge, judged []judge.Judged) (*types100.Result, error) {
	ip, err := ipbinary.Find()
	if err != nil {
		return nil, cnierror.New(cnierror.NotAvailable, "%w", err)
	}
	r := runner.Runner{
		Commands:  judged,
		NetNS:     a.netns,
		IP:        ip,
		Strongest: j.Strongest(),
		Timeout:   a.config.CommandTimeout,
		GoOn:      a.config.OnError == netconf.Continue,
	}
	defer r.Close()
	r.Prepare()
	conn, err := connect(a.netns, a.args.IfName)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if !slices.ContainsFunc(judged, changes) { // and there is no difference to look for
		return a.config.PrevResult, a.runAll(ctx, &r)
	}
	before, err := result.Observe(conn, a.args.IfName)
	if err != nil {
		return nil, fmt.Errorf("looking at the attachment before the commands: %w", err)
	}
	if r.Guard, err = device.NewGuard(conn, nodepolicy.Permitted(j.Caps)); err != nil {
		return nil, err
	}
	if err := a.runAll(ctx, &r); err != nil {
		return nil, err
	}
	after, err := result.Observe(conn, a.args.IfName)
	if err != nil {
		return nil, fmt.Errorf("looking at the attachment after the commands: %w", err)
	}
	return result.Apply(a.config.PrevResult, before, after, a.args.IfName, a.args.IfName == defaultInterface), nil
}

// runAll is where an ADD spends its time, so the deadline is for this part. Other
// parts bound themselves. As long as there is a context with a deadline, one of
// Go's threads sleeps in epoll, and netlink's messages wake it, 0.2 ms an ADD.
func (a *attachment) runAll(ctx context.Context, r *runner.Runner) (err error) {
	ctx, cancel := context.WithDeadline(ctx, a.deadline)
	defer cancel()
	a.ran, err = r.Run(ctx)
	return err
}

func changes(judged judge.Judged) bool { return judged.Command.Class == ipcmd.Change }

func notRun(judged []judge.Judged) []runner.Ran {
	ran := make([]runner.Ran, len(judged))
	for i := range judged {
		ran[i] = runner.Ran{Judged: judged[i], Err: judged[i].Err}
	}
	return ran
}
