package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/dryrun"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/format"
)

// document is the form for programs. Version changes when a reader of the older
// form would go wrong.
type document struct {
	Version int   `json:"version"`
	Pods    []Pod `json:"pods"`
}

// WriteJSON writes the pods for programs.
func WriteJSON(w io.Writer, pods []Pod) error {
	return format.Indented(w, document{1, pods})
}

// WriteYAML writes what WriteJSON writes, as YAML.
func WriteYAML(w io.Writer, pods []Pod) error {
	text, err := yaml.Marshal(document{1, pods})
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// WriteText writes the pods for people.
func WriteText(w io.Writer, pods []Pod) error {
	p := page{bufio.NewWriter(w)}
	for i, pod := range pods {
		if i > 0 {
			p.line("")
		}
		p.line("Pod %s", pod.Pod)
		for _, a := range pod.Attachments {
			p.attachment(a)
		}
	}
	return p.w.Flush()
}

// page is the output, of which nothing reaches a terminal as it is.
type page struct{ w *bufio.Writer }

func (p page) line(format string, args ...any) {
	fmt.Fprintln(p.w, escape.Text(fmt.Sprintf(format, args...)))
}

func (p page) attachment(a Attachment) {
	p.line("")
	p.line("%s: network %s (%s)", a.Interface, a.Network, strings.Join(a.Chain, ", "))
	if len(a.Links) == 0 {
		p.line("  no link of Chainsaw is in this chain, so no commands run")
	}
	for _, l := range a.Links {
		p.link(l)
	}
}

func (p page) link(l Link) {
	if l.Error != "" {
		p.line("  %s would fail: %s", l.Type, l.Error)
		return
	}
	if len(l.Commands) == 0 {
		p.line("  %s would run no commands", l.Type)
		return
	}
	p.line("  %s:", l.Type)
	for i, c := range l.Commands {
		p.line("  %2d. %s", i+1, shown(c))
		p.line("      %s: %s", c.Origin, verdict(c))
	}
	if n := l.firstRefused(); n >= 0 {
		p.line("  None of them would run: #%d is refused, so the ADD fails", n+1)
	}
}

// shown is the command as it would run, or as it was written.
func shown(c dryrun.Command) string {
	if c.Runs != "" {
		return c.Runs
	}
	return fmt.Sprintf("%q", escape.Cut(c.Text, 200))
}

func verdict(c dryrun.Command) string {
	var said []string
	if c.Class != "" {
		said = append(said, c.Class)
	}
	switch c.Verdict {
	case dryrun.Allowed:
		said = append(said, "allowed by "+c.By)
	case dryrun.Depends:
		said = append(said, fmt.Sprintf("depends on the value of %s; where it is refused: %s", strings.Join(c.DependsOn, ", "), c.Reason))
	default:
		said = append(said, "refused: "+c.Reason)
	}
	return strings.Join(said, ", ")
}
