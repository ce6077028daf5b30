package report

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
)

// headers begin the lines that are ours. The second and third are the format of
// the first chainsaw, which people's scripts look for.
var headers = [...]string{ours, detected, running, stderrMark, logLine}

const (
	ours       = "Chainsaw "
	detected   = "Detected commands:"
	running    = "Running ip netns exec "
	stderrMark = "stderr: "
	logLine    = "time=" // of chainsawd's log, which kubectl shows between reports

	// quotation stands before a line of output that could be taken for a header.
	quotation = "| "
)

// WriteText writes the report for people, in one Write so that reports which
// are printed at the same time do not mix.
func (r Report) WriteText(w io.Writer) error {
	var page page
	page.head(r)
	for _, c := range r.Commands {
		page.command(r, c)
	}
	if r.Error != "" {
		page.line(ours, "error: ", r.Error)
	}
	_, err := w.Write(page.Bytes())
	return err
}

// page collects lines. Only its methods line and output write to it, and both escape.
type page struct{ bytes.Buffer }

func (p *page) line(parts ...string) {
	for _, part := range parts {
		p.Write(escape.Append(nil, part))
	}
	p.WriteByte('\n')
}

func (p *page) head(r Report) {
	p.line(ours, "report: pod ", field(r.Pod.String()), ", interface ", field(r.Interface),
		", network ", field(r.Network), ", variant ", field(r.Variant))
	if r.Repeats > 0 {
		p.line(ours, "note: stands for ", strconv.Itoa(r.Repeats), " earlier attempts which went the same way")
	}
	if r.Lost != (Lost{}) {
		p.line(ours, "note: the spool was full; not kept: ",
			fmt.Sprintf("%d reports of this pod, %d of the node", r.Lost.Pod, r.Lost.Node))
	}
	if r.Note != "" {
		p.line(ours, "note: ", r.Note)
	}
	p.line(detected, " ", list(r.Commands))
}

// list prints the commands as Go prints a []string, which the first chainsaw did.
func list(commands []Command) string {
	var words []string
	for _, c := range commands {
		words = append(words, asked(c))
	}
	return "[" + strings.Join(words, " ") + "]"
}

// asked is the command in the words of who asked, because the canonical form
// would surprise them.
func asked(c Command) string { return withoutIP(c.Text) }

// meant is the same with the values of its tokens.
func meant(c Command) string {
	if c.Expanded == "" {
		return asked(c)
	}
	return withoutIP(c.Expanded)
}

func withoutIP(text string) string {
	words := strings.Fields(text)
	if len(words) > 0 && words[0] == "ip" {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

func (p *page) command(r Report, c Command) {
	switch {
	case c.Verdict == Refused:
		p.line(ours, "refused ip ", meant(c), " (", c.Origin, "): ", c.Reason)
		return
	case !c.Ran():
		p.line(ours, "did not run ip ", meant(c), " (", c.Origin, ")")
		return
	}
	p.line(running, field(r.Netns), " ip ", meant(c), " ===============")
	p.output("", c.Stdout)
	p.output(stderrMark, c.Stderr)
	if c.Dropped > 0 {
		p.line(ours, "note: ", strconv.FormatInt(c.Dropped, 10), " more bytes of output were not kept")
	}
	if end := ending(c); end != "" {
		p.line(ours, "note: ", end)
	}
}

// ending says how a command ended, unless it ended well.
func ending(c Command) string {
	switch {
	case c.TimedOut:
		return "timed out after " + c.Duration.String()
	case c.Signal != "":
		return "killed by " + c.Signal
	case *c.ExitCode != 0:
		return "exit code " + strconv.Itoa(*c.ExitCode)
	}
	return ""
}

func (p *page) output(mark, text string) {
	for line := range strings.Lines(text) {
		line = expandTabs(strings.TrimSuffix(line, "\n"))
		switch {
		case mark != "":
			p.WriteString(mark)
		case mistakable(line):
			p.WriteString(quotation)
		}
		p.line(line)
	}
}

// mistakable reports whether someone could take a line of output for one of our
// own. White space and case make no difference to a hasty eye, nor do letters
// of other alphabets, so any of those where a header would stand is suspect.
func mistakable(line string) bool {
	line = strings.Join(strings.Fields(line), " ") + " "
	for _, h := range headers {
		start := line[:min(len(h), len(line))]
		if strings.EqualFold(start, h) || !isASCII(start) {
			return true
		}
	}
	return false
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// field is a name in a header: as it is if it is an ordinary one, else quoted,
// so that it cannot run over into the next.
func field(name string) string {
	const ordinary = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./@:"
	switch {
	case name == "":
		return "none"
	case strings.Trim(name, ordinary) == "":
		return name
	}
	return strconv.Quote(name)
}
