// Package render is `chainsawctl render`: for a pod and each of its networks,
// the commands that would run, in their order, as they would be understood and
// judged. It takes the steps of an ADD with the packages that an ADD takes them
// with.
//
// It runs nothing (package try does), and judges nothing itself.
package render

import (
	"context"
	"fmt"
	"strings"

	"github.com/containernetworking/cni/libcni"
	corev1 "k8s.io/api/core/v1"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/lookup"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/token"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/chain"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/delegate"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/dryrun"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/manifest"
)

// Renderer is what is known beside the manifests.
type Renderer struct {
	Policy    *nodepolicy.Policy // nil caps nothing
	Interface string             // only this attachment; "" for all
	Known     token.Values       // of the attachments that are shown
}

// Pod is what would run for a pod.
type Pod struct {
	Pod         string       `json:"pod"`
	Attachments []Attachment `json:"attachments"`
}

// Attachment is one network of a pod.
type Attachment struct {
	Interface string   `json:"interface"`
	Network   string   `json:"network"` // namespace/name of the net-attach-def
	Chain     []string `json:"chain"`
	Links     []Link   `json:"links"` // those of Chainsaw
}

// Link is a chainsaw plugin in the chain.
type Link struct {
	Type     string           `json:"type"`
	Commands []dryrun.Command `json:"commands"`
	Error    string           `json:"error,omitempty"` // what fails the ADD ahead of any command
}

// Sound tells whether nothing of it would be refused.
func (l Link) Sound() bool { return l.Error == "" && l.firstRefused() < 0 }

func (l Link) firstRefused() int {
	for i, c := range l.Commands {
		if c.Verdict == dryrun.Refused {
			return i
		}
	}
	return -1
}

// Sound tells whether nothing of it would be refused.
func (p Pod) Sound() bool {
	for _, a := range p.Attachments {
		for _, l := range a.Links {
			if !l.Sound() {
				return false
			}
		}
	}
	return true
}

// Pod renders a pod. An error is about the manifests.
func (r Renderer) Pod(ctx context.Context, p *corev1.Pod, set manifest.Set) (Pod, error) {
	rendered := Pod{Pod: p.Namespace + "/" + p.Name}
	if p.Spec.HostNetwork {
		return Pod{}, fmt.Errorf("pod %s has hostNetwork: no CNI plugin is called for it", rendered.Pod)
	}
	attachments, err := delegate.Attachments(p, set)
	if err != nil {
		return Pod{}, err
	}
	for _, a := range attachments {
		if r.Interface != "" && a.Interface != r.Interface {
			continue
		}
		attachment, err := r.attachment(ctx, p, a)
		if err != nil {
			return Pod{}, fmt.Errorf("net-attach-def %s: %w", a.Network, err)
		}
		rendered.Attachments = append(rendered.Attachments, attachment)
	}
	if len(rendered.Attachments) == 0 {
		return Pod{}, fmt.Errorf("pod %s has no interface %s; it has %s", rendered.Pod, r.Interface, names(attachments))
	}
	return rendered, nil
}

func names(attachments []delegate.Attachment) string {
	all := make([]string, len(attachments))
	for i, a := range attachments {
		all[i] = fmt.Sprintf("%s (%s)", a.Interface, a.Network)
	}
	return strings.Join(all, ", ")
}

func (r Renderer) attachment(ctx context.Context, p *corev1.Pod, a delegate.Attachment) (Attachment, error) {
	list, err := chain.Parse(a.Config)
	if err != nil {
		return Attachment{}, err
	}
	rendered := Attachment{Interface: a.Interface, Network: a.Network, Chain: chain.Types(list), Links: []Link{}}
	for i, plugin := range list.Plugins {
		v, ours := variant.Parse(plugin.Network.Type)
		if !ours {
			continue
		}
		l := link{Renderer: r, variant: v, pod: p, ifname: a.Interface, first: i == 0}
		commands, err := l.commands(ctx, list, plugin)
		shown := Link{Type: v.String(), Commands: commands}
		if err != nil {
			shown.Error = cnierror.ToCNI(err).Msg
		}
		rendered.Links = append(rendered.Links, shown)
	}
	return rendered, nil
}

// link is one call of a plugin of ours.
type link struct {
	Renderer
	variant variant.Variant
	pod     *corev1.Pod
	ifname  string
	first   bool
}

// commands takes the steps of an ADD in their order. Its errors are what the
// plugin would say.
func (l link) commands(ctx context.Context, list *libcni.NetworkConfigList, plugin *libcni.PluginConfig) ([]dryrun.Command, error) {
	config, err := l.decode(list, plugin)
	if err != nil {
		return []dryrun.Command{}, err
	}
	wished, err := l.find(ctx, config)
	if err != nil {
		return []dryrun.Command{}, err
	}
	lines, err := merge.Merge(config.Commands, config.PodCommands, wished)
	if err != nil {
		return []dryrun.Command{}, cnierror.New(cnierror.Malformed, "%w", err)
	}
	caps, err := l.Policy.For(l.pod.Namespace)
	if err != nil && len(lines) > 0 {
		return []dryrun.Command{}, cnierror.New(cnierror.Refused, "%w", err)
	}
	known := l.Known
	known.Interface = l.ifname
	bounds := judge.Judge{Variant: l.variant, Rules: config.Rules, Caps: caps}
	return dryrun.Judge{Bounds: bounds, Known: known}.All(lines), nil
}

// decode reads what libcni would write to the plugin's standard input.
func (l link) decode(list *libcni.NetworkConfigList, plugin *libcni.PluginConfig) (netconf.Config, error) {
	injected, err := libcni.InjectConf(plugin, map[string]any{"name": list.Name, "cniVersion": list.CNIVersion})
	if err != nil {
		return netconf.Config{}, cnierror.New(cnierror.Undecodable, "%w", err)
	}
	config, err := netconf.Decode(injected.Bytes, l.variant)
	if err == nil && l.first {
		err = netconf.ErrAlone
	}
	return config, err
}

// find asks nobody: the annotations are there, as if the runtime had handed
// them over.
func (l link) find(ctx context.Context, config netconf.Config) (wish.Wish, error) {
	if _, _, err := lookup.BuiltIn.Allow(l.Policy).Choose(config); err != nil {
		return wish.Wish{}, err
	}
	config.PodAnnotations = l.pod.Annotations
	if config.PodAnnotations == nil {
		config.PodAnnotations = map[string]string{}
	}
	w, _, err := lookup.Finder{
		Config:     config,
		Pod:        pod.Ref{Namespace: l.pod.Namespace, Name: l.pod.Name},
		Attachment: wish.Attachment{Interface: l.ifname, Network: config.Name},
	}.Find(ctx)
	return w, err
}
