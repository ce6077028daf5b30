package try

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/containernetworking/cni/libcni"

	"github.com/chainsaw-cni/chainsaw/shared/cage"
	"github.com/chainsaw-cni/chainsaw/shared/ipbinary"
	"github.com/chainsaw-cni/chainsaw/shared/podnetns"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/chain"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/delegate"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/exit"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/netstate"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/scratchhost"
)

// Inside is the scratch host's init. It does not return.
func Inside() { scratchhost.Inside(work) }

func work(text json.RawMessage, plugins []string) (int, error) {
	ctx := context.Background() // who started the scratch host ends it
	var j job
	if err := json.Unmarshal(text, &j); err != nil {
		return 0, err
	}
	daemon, err := startChainsawd(ctx, j.Pods)
	if err != nil {
		return 0, err
	}
	code := exit.OK
	for _, s := range j.Pods {
		t := trial{sandbox: s, keep: j.Keep, plugins: plugins, chainsawd: daemon, page: page{os.Stdout, j.Colour}}
		well, err := t.run(ctx)
		if err != nil {
			return 0, fmt.Errorf("trying pod %s: %w", s.Pod, err)
		}
		if !well {
			code = exit.Failed
		}
	}
	return code, nil
}

// trial is one pod's time on the scratch host.
type trial struct {
	sandbox
	keep      bool
	plugins   []string
	chainsawd *chainsawd
	page      page

	netnsPath string
	cage      *cage.Cage // to look into the netns
	err       error      // of a look that went wrong
}

// run tells whether all chains went well. Its error is the machine's.
func (t *trial) run(ctx context.Context) (well bool, err error) {
	t.page.line(bold, "Pod %s", t.Pod)
	if err := t.open(); err != nil {
		return false, err
	}
	defer t.cage.Close()
	well = true
	var called []chain.Chain
	for _, a := range t.Attachments {
		c, err := t.chain(a)
		if err != nil {
			return false, err
		}
		called = append(called, c)
		if well = t.attach(ctx, a, c); !well {
			break // Multus, too, gives up the pod here
		}
	}
	if !t.keep {
		slices.Reverse(called)
		well = t.detach(ctx, called) && well
	}
	t.page.line("", "")
	return well, t.err
}

func (t *trial) open() (err error) {
	if t.netnsPath, err = scratchhost.NewNetNS(t.netns()); err != nil {
		return err
	}
	netns, err := podnetns.Open(t.netnsPath)
	if err != nil {
		return err
	}
	defer netns.Close()
	ip, err := ipbinary.Find()
	if err != nil {
		return err
	}
	t.cage = cage.Open(netns.FD(), ip, cage.None)
	return nil
}

func (t *trial) chain(a delegate.Attachment) (chain.Chain, error) {
	list, err := chain.Parse(a.Config)
	if err != nil {
		return chain.Chain{}, err
	}
	return chain.Chain{
		List:    list,
		Folders: t.plugins,
		Runtime: &libcni.RuntimeConf{
			ContainerID:    t.ContainerID,
			NetNS:          t.netnsPath,
			IfName:         a.Interface,
			CapabilityArgs: a.Capabilities,
			Args: [][2]string{
				{"IgnoreUnknown", "true"},
				{"K8S_POD_NAMESPACE", t.Pod.Namespace},
				{"K8S_POD_NAME", t.Pod.Name},
				{"K8S_POD_INFRA_CONTAINER_ID", t.ContainerID},
				{"K8S_POD_UID", t.Pod.UID},
			},
		},
	}, nil
}

// attach is ADD and, where the version has it, CHECK.
func (t *trial) attach(ctx context.Context, a delegate.Attachment, c chain.Chain) (well bool) {
	t.page.line("", "")
	t.page.line(bold, "%s: network %s (%s)", a.Interface, a.Network, strings.Join(chain.Types(c.List), ", "))
	c.Around = func(plugin string, add func()) { t.watch(ctx, plugin, add) }
	result, err := c.Add(ctx)
	if err != nil {
		t.page.line(red, "error adding container to network %q: %v", c.List.Name, err)
		return false
	}
	if err := t.page.result(result); err != nil {
		t.page.line(red, "the result of the chain cannot be read: %v", err)
		return false
	}
	if !c.Checkable() {
		t.page.line("", "ADD went well; there is no CHECK for it")
		return true
	}
	if err := c.Check(ctx); err != nil {
		t.page.line(red, "error checking network %q: %v", c.List.Name, err)
		return false
	}
	t.page.line("", "ADD and CHECK went well")
	return true
}

// watch shows what a plugin of ours did: its report, and the difference that it
// made to what the plugins before it had left.
func (t *trial) watch(ctx context.Context, plugin string, add func()) {
	if _, ours := variant.Parse(plugin); !ours {
		add()
		return
	}
	before := t.look(ctx)
	add()
	after := t.look(ctx)
	reports := t.chainsawd.take()
	for _, r := range reports {
		if err := t.page.report(r); err != nil {
			t.err = err
		}
	}
	if len(reports) == 0 {
		t.page.line("", "%s reported no commands.", plugin)
	}
	t.page.changes(plugin, netstate.Diff(before, after))
}

func (t *trial) look(ctx context.Context) netstate.State {
	state, err := netstate.Take(ctx, t.cage)
	if err != nil {
		t.err = err
	}
	return state
}

func (t *trial) detach(ctx context.Context, called []chain.Chain) (well bool) {
	well = true
	for _, c := range called {
		if err := c.Del(ctx); err != nil {
			t.page.line(red, "error deleting network %q of %s: %v", c.List.Name, c.Runtime.IfName, err)
			well = false
			continue
		}
		t.page.line("", "DEL of %s went well", c.Runtime.IfName)
	}
	return well
}
