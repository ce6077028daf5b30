package try

import (
	"fmt"
	"io"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/netstate"
)

// The colours, as of ECMA-48.
const (
	bold  = "1"
	red   = "31"
	green = "32"
)

// page is the output. What it is given comes from files and plugins, so none of
// it reaches a terminal as it is.
type page struct {
	w      io.Writer
	colour bool
}

func (p page) line(colour, format string, args ...any) {
	text := escape.Text(fmt.Sprintf(format, args...))
	if p.colour && colour != "" {
		text = "\x1b[" + colour + "m" + text + "\x1b[0m"
	}
	fmt.Fprintln(p.w, text)
}

// report is escaped by its own package.
func (p page) report(r report.Report) error {
	r.Error = "" // it follows in the words of the runtime
	return r.WriteText(p.w)
}

func (p page) changes(plugin string, changes []netstate.Change) {
	if len(changes) == 0 {
		p.line("", "%s changed nothing in the netns.", plugin)
		return
	}
	p.line(bold, "%s changed in the netns:", plugin)
	for _, c := range changes {
		p.line("", "  %s", c.Title)
		for _, line := range c.Removed {
			p.line(red, "    - %s", line)
		}
		for _, line := range c.Added {
			p.line(green, "    + %s", line)
		}
	}
}
