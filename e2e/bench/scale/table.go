package main

import (
	"fmt"
	"strings"
	"time"
)

// On paper there are as many nodes as Kubernetes says that it can have, with the
// pods that were measured, and so many of them come and go a second.
const (
	paperNodes = 5000
	paperLives = 20.0
)

// renewal is how long a watch lasts on average: client-go has it end after five
// to ten minutes, and goes on with a new one where it was.
const renewal = 7*time.Minute + 30*time.Second

// show prints a Markdown table.
func (m *measurement) show(s size) {
	fmt.Printf("\n### What chainsawd costs the API server, with %d pods a node\n\n", s.pods)
	fmt.Printf("| | measured, %d nodes | on paper, %d nodes |\n|---|---|---|\n", s.nodes, paperNodes)
	for _, r := range m.rows(s) {
		fmt.Printf("| %s | %s | %s |\n", r.what, r.measured, r.paper)
	}
}

type row struct{ what, measured, paper string }

func (m *measurement) rows(s size) []row {
	scale := paperNodes / float64(s.nodes)      // if all do it
	each := paperLives / float64(s.lives)       // of what a second brings, if so many pods come and go
	start := between{m.livedAlone, m.started}   // all at once
	quiet := between{m.started, m.rested}       // a minute
	asked := between{m.rested, m.asked}         // look-ups
	alone := between{m.filled, m.livedAlone}    // pods come and go without any chainsawd
	lived := between{m.asked, m.lived}          // and with them
	events := lived.events() - alone.events()   // what others heard they heard before
	renewals := paperNodes / renewal.Seconds()  // a second
	minute := 60 / quiet.duration().Seconds()   // it lasts a bit longer
	watching := between{m.livedAlone, m.rested} // once the start is over
	stacks := watching.server("go_memstats_stack_inuse_bytes")
	daemon := m.lived.daemons.sum("process_resident_memory_bytes") / float64(s.nodes) / (1 << 20)
	return []row{
		{"watches", fmt.Sprint(start.watches()), fmt.Sprint(paperNodes)},
		{"- goroutines of the API server for them", fmt.Sprintf("%.0f", watching.server("go_goroutines")), fmt.Sprintf("%.0f", watching.server("go_goroutines")*scale)},
		{"- their stacks; what they have on the heap cannot be told from garbage", megabytes(stacks), megabytes(stacks * scale)},
		{"all start at once: requests", start.requests(), fmt.Sprint(paperNodes) + " watch"},
		{"- bytes to them", megabytes(start.down()), megabytes(start.down() * scale)},
		{"- CPU time of the API server", fmt.Sprintf("%.1f s", start.cpu()), fmt.Sprintf("%.0f s", start.cpu()*scale)},
		{"a minute in which nothing happens: requests", quiet.requests(), fmt.Sprintf("%.0f a second: watches are renewed", renewals)},
		{"- bytes, both ways", megabytes(quiet.both() * minute), megabytes(quiet.both() * minute * scale)},
		{fmt.Sprintf("%.0f look-ups of known pods: requests", asked.lookups()), asked.requests(), "0 for each ADD"},
		{fmt.Sprintf("%d pods come and go: requests", s.lives), lived.requests(), fmt.Sprintf("0, at %.0f pods a second", paperLives)},
		{"- events to chainsawds", fmt.Sprintf("%.0f", events), fmt.Sprintf("%.0f a second", events*each)},
		{"- bytes to them", megabytes(lived.down()), megabytes(lived.down()*each) + " a second"},
		{"- CPU time of the API server, and without chainsawds", fmt.Sprintf("%.1f s, %.1f s", lived.cpu(), alone.cpu()), ""},
		{"memory of a chainsawd (RSS)", fmt.Sprintf("%.0f MiB", daemon), "the same"},
	}
}

// between is what has changed from one snapshot to the next.
type between struct{ a, b snapshot }

func (d between) duration() time.Duration { return d.b.at.Sub(d.a.at) }

func (d between) down() float64 { return float64(d.b.down - d.a.down) }

func (d between) both() float64 { return d.down() + float64(d.b.up-d.a.up) }

func (d between) watches() int { return watches(d.b.server) - watches(d.a.server) }

func (d between) server(name string, labels ...string) float64 {
	return d.b.server.sum(name, labels...) - d.a.server.sum(name, labels...)
}

func (d between) daemons(name string, labels ...string) float64 {
	return d.b.daemons.sum(name, labels...) - d.a.daemons.sum(name, labels...)
}

func (d between) cpu() float64 { return d.server("process_cpu_seconds_total") }

func (d between) events() float64 { return d.server("apiserver_watch_events_total", `resource="pods"`) }

func (d between) lookups() float64 { return d.daemons("chainsaw_lookups_total", `outcome="cache"`) }

// requests are those of the chainsawds, as they count them.
func (d between) requests() string {
	var made []string
	for _, verb := range []string{"get", "list", "watch", "create", "patch"} {
		if n := d.daemons("chainsaw_api_requests_total", `verb="`+verb+`"`); n > 0 {
			made = append(made, fmt.Sprintf("%.0f %s", n, verb))
		}
	}
	if made == nil {
		return "0"
	}
	return strings.Join(made, ", ")
}

func megabytes(bytes float64) string { return fmt.Sprintf("%.2f MB", bytes/1e6) }
