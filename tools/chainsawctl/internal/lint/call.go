package lint

import (
	"context"
	"fmt"

	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/lookup"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	podkeys "github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/token"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/dryrun"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// call is one call of a plugin of ours: for a pod's attachment, a link of the
// chain of its network.
type call struct {
	attachment
	link link
}

// listens tells whether the pod's annotation can reach this call.
func (k call) listens() bool {
	_, arguments := k.arguments()
	return k.link.config.PodCommands != netconf.Ignore && arguments == nil
}

// arguments are the cni-args: the pod's, or else those that the network has.
func (k call) arguments() (source.Text, *strictjson.Value) {
	if k.commands != nil {
		return k.text, k.commands
	}
	return k.link.text, k.link.config.CNIArgs
}

func (k call) String() string { return fmt.Sprintf("%s (%s)", k.ifname, k.key) }

// wish is what the pod says to this call, as the plugin would find it.
func (k call) wish(p pod) (wish.Wish, error) {
	config := k.link.config
	_, config.CNIArgs = k.arguments()
	config.PodAnnotations = make(map[string]string)
	if p.commands != nil {
		config.PodAnnotations[podkeys.CommandsAnnotation] = p.commands.Value
	}
	w, _, err := lookup.Finder{
		Config:     config,
		Pod:        podkeys.Ref{Namespace: p.namespace, Name: "pod"},
		Attachment: wish.Attachment{Interface: k.ifname, Network: k.configName},
	}.Find(context.Background())
	return w, err
}

// written are the places of the commands that a wish is.
func (k call) written(p pod, w wish.Wish) []source.Text {
	t, arguments := k.arguments()
	switch {
	case arguments == nil && p.commands == nil:
		return nil
	case arguments == nil:
		t = *p.commands
	case arguments.Kind == strictjson.String:
		t = t.JSON(arguments)
	}
	if w.List == nil {
		return bare(t)
	}
	return writtenIn(t, w.List)
}

// call judges all that would run, and reports what the network or the policy of
// the node refuses. What is wrong with a command itself was found before.
func (c *check) call(p pod, k call) {
	if !k.link.sound {
		return
	}
	w, err := k.wish(p)
	if err != nil { // found before, too
		return
	}
	commands := k.written(p, w)
	lines, err := merge.Merge(k.link.config.Commands, k.link.config.PodCommands, w)
	if err != nil {
		if len(commands) > 0 {
			c.add(tooManyCommands, whole(commands[0]), "on %s %s", k, err)
		}
		return
	}
	caps, err := c.Policy.For(p.namespace)
	if err != nil && len(lines) > 0 {
		c.add(policyRefuses, k.at, "on %s: %s", k, err)
		return
	}
	j := dryrun.Judge{
		Bounds: judge.Judge{Variant: k.link.variant, Rules: k.link.config.Rules, Caps: caps},
		Known:  token.Values{Interface: k.ifname},
	}
	for i, judged := range j.All(lines) {
		if _, ofItself := byItself(judged); ofItself {
			continue
		}
		where, n := lines[i].Origin, lines[i].Origin.Number-1
		switch {
		case where.FromPod():
			c.command(judged, commands[n], j, lines[i], fmt.Sprintf("on %s ", k))
		case caps != nil:
			c.command(judged, k.link.commands[n], j, lines[i], forPodsOf(p.namespace))
		}
	}
}
