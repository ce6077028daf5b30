package plugin

import (
	"context"
	"time"

	"github.com/containernetworking/cni/pkg/skel"
	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/lookup"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/podnetns"
	"github.com/chainsaw-cni/chainsaw/shared/runner"
	"github.com/chainsaw-cni/chainsaw/shared/token"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
)

// maxDuration bounds one ADD. Kubelet gives up on a sandbox after minutes; a
// runtime that waits for this plugin starts no other containers in the pod.
const maxDuration = 60 * time.Second

// attachment is one ADD: an interface of a pod, on its way through the plugin.
type attachment struct {
	plugin
	args     *skel.CmdArgs
	deadline time.Time
	config   netconf.Config
	netns    *podnetns.NetNS
	pod      pod.Ref
	policy   *nodepolicy.Policy
	socket   string // of chainsawd

	note string       // for the report, when the pod could not be looked up
	ran  []runner.Ran // what became of each command
}

func (p *plugin) add(args *skel.CmdArgs) error {
	a := attachment{plugin: *p, args: args, socket: daemon.SocketPath, deadline: time.Now().Add(maxDuration)}
	if err := a.open(); err != nil {
		return err
	}
	defer a.netns.Close()
	result, err := a.add(context.Background())
	a.report(context.Background(), err)
	if err != nil {
		return err
	}
	return printResult(result, resultVersion(a.config.CNIVersion))
}

// printResult fails where an old version has no words for the result: those
// before 0.3.0 know none without an address.
func printResult(result *types100.Result, version string) error {
	if err := types.PrintResult(result, version); err != nil {
		return cnierror.New(cnierror.InvalidConfig, `writing the result in the network's cniVersion %s: %w; set "cniVersion": "1.0.0"`, version, err)
	}
	return nil
}

// open reads what the runtime gave, and nothing else happens before it held.
func (a *attachment) open() (err error) {
	if a.config, err = netconf.Decode(a.args.StdinData, a.variant); err != nil {
		return err
	}
	if a.config.PrevResult == nil {
		return netconf.ErrAlone
	}
	if a.pod, err = pod.FromArgs(a.args.Args); err != nil {
		return cnierror.New(cnierror.BadEnvironment, "reading CNI_ARGS: %w", err)
	}
	a.netns, err = openNetNS(a.args.Netns)
	return err
}

// add is the order of work: find what the pod wants, merge it with the
// defaults, judge all of it, and only then run.
func (a *attachment) add(ctx context.Context) (*types100.Result, error) {
	if err := a.loadPolicy(); err != nil {
		return nil, err
	}
	wished, err := a.find(ctx)
	if err != nil {
		return nil, err
	}
	lines, err := merge.Merge(a.config.Commands, a.config.PodCommands, wished)
	if err != nil {
		return nil, cnierror.New(cnierror.Malformed, "%w", err)
	}
	if len(lines) == 0 {
		return a.config.PrevResult, nil
	}
	j, err := a.judge()
	if err != nil {
		return nil, err
	}
	judged, err := j.All(lines)
	if err != nil {
		a.ran = notRun(judged)
		return nil, err
	}
	return a.run(ctx, j, judged)
}

func (a *attachment) loadPolicy() (err error) {
	if a.policy, err = nodepolicy.Load(a.plugin.policy...); err != nil {
		return cnierror.New(cnierror.Refused, "%w; until it is mended no commands run on this node", err)
	}
	return nil
}

func (a *attachment) find(ctx context.Context) (w wish.Wish, err error) {
	socket, kubeconfig, err := a.places.Allow(a.policy).Choose(a.config)
	if err != nil {
		return wish.Wish{}, err
	}
	a.socket = socket
	finder := lookup.Finder{
		Config:     a.config,
		Pod:        a.pod,
		Attachment: wish.Attachment{Interface: a.args.IfName, Network: a.config.Name},
		Socket:     socket,
		Kubeconfig: kubeconfig,
	}
	w, a.note, err = finder.Find(ctx)
	return w, err
}

func (a *attachment) judge() (judge.Judge, error) {
	caps, err := a.policy.For(a.pod.Namespace)
	if err != nil {
		return judge.Judge{}, cnierror.New(cnierror.Refused, "%w", err)
	}
	return judge.Judge{
		Variant: a.variant,
		Rules:   a.config.Rules,
		Caps:    caps,
		Tokens:  token.FromResult(a.args.IfName, a.config.PrevResult),
	}, nil
}

// resultVersion is the version in which the result is printed: a configuration
// that names none is of 0.1.0 (specification 0.2.0, "Network Configuration").
func resultVersion(cniVersion string) string {
	if cniVersion == "" {
		return "0.1.0"
	}
	return cniVersion
}
