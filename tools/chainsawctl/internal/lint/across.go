package lint

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

// Finish looks at the documents beside each other. It comes last, once.
func (l *Linter) Finish() []finding.Finding {
	var found []finding.Finding
	l.digest.index()
	for _, networks := range l.digest.networks {
		c := check{Linter: l}
		c.twice(networks)
		found = append(found, l.siftAll(c.found)...)
	}
	return append(found, l.pods()...)
}

// pods checks the pods, on all processors.
func (l *Linter) pods() []finding.Finding {
	var (
		workers sync.WaitGroup
		next    atomic.Int64
		mu      sync.Mutex
		all     []finding.Finding
	)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			var found []finding.Finding
			for i := next.Add(1) - 1; i < int64(len(l.digest.pods)); i = next.Add(1) - 1 {
				p := l.digest.pods[i]
				c := check{Linter: l, file: p.file, from: p.from}
				c.pod(p)
				found = append(found, l.siftAll(c.found)...)
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, found...)
		})
	}
	workers.Wait()
	return all
}

// siftAll is sift for findings in several files.
func (l *Linter) siftAll(found []finding.Finding) []finding.Finding {
	var kept []finding.Finding
	for _, f := range found {
		kept = append(kept, l.comments.sift(f.At.File, []finding.Finding{f})...)
	}
	return kept
}

// twice finds a net-attach-def that a file has a second time. In other files
// they are perhaps for another cluster.
func (c *check) twice(networks []network) {
	slices.SortFunc(networks, func(a, b network) int {
		if before(a.defined, b.defined) {
			return -1
		}
		return 1
	})
	for i := 1; i < len(networks); i++ {
		n := networks[i]
		if n.defined.File.Name == networks[i-1].defined.File.Name {
			c.from = n.from
			c.add(definedTwice, n.defined, "the net-attach-def %s/%s is defined a second time here, and one of the two is lost: take one away, or rename it", n.namespace, n.name)
		}
	}
}

// attachment is a network of a pod that is among the documents.
type attachment struct {
	selected
	network
}

// pod checks a pod against its networks.
func (c *check) pod(p pod) {
	attachments, open := c.attachments(p)
	if len(p.networks) == 0 && !p.unread {
		attachments, open = c.ofCluster()
	}
	var calls []call
	for _, a := range attachments {
		for _, l := range a.links {
			calls = append(calls, call{a, l})
		}
	}
	if p.commands != nil {
		c.reach(p, attachments, calls, open || p.unread)
	}
	for _, a := range attachments {
		c.arguments(a)
	}
	for _, called := range calls {
		c.call(p, called)
	}
}

// attachments finds the networks that a pod selects. It is open what a pod gets
// whose networks are not all known.
func (c *check) attachments(p pod) (found []attachment, open bool) {
	for _, s := range p.networks {
		n, ok := c.digest.find(s.key, p.file)
		if !ok {
			c.missing(s)
		}
		if !ok || !n.known {
			open = true
		}
		if ok {
			found = append(found, attachment{s, n})
		}
	}
	return found, open
}

// ofCluster is eth0 of a pod that selects no network, if the runtime's own
// configuration is among the documents.
func (c *check) ofCluster() (found []attachment, open bool) {
	for _, n := range c.digest.raw {
		if len(n.links) > 0 {
			found = append(found, attachment{selected{ifname: "eth0", at: n.defined, key: n.configName}, n})
		}
	}
	if len(found) > 1 { // which of them is the cluster's, nobody can tell
		return nil, true
	}
	return found, false
}
