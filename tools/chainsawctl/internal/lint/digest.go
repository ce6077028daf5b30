package lint

import (
	"path/filepath"
	"sync"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// digest is what is kept for the checks across documents. A finding shows the
// line that it is about, so it holds on to files, and is bounded by their bytes.
type digest struct {
	mu       sync.Mutex
	networks map[string][]network // by namespace/name
	raw      []network            // that runtimes read from a folder
	pods     []pod
	files    map[*source.File]bool
	held     int
	isFull   bool

	names     []string          // of the net-attach-defs, sorted
	elsewhere map[string]string // by name alone
}

const maxHeld = 256 << 20 // bytes

func (d *digest) network(c *check, n network) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.hold(c) {
		return
	}
	if n.name == "" {
		d.raw = append(d.raw, n)
		return
	}
	if d.networks == nil {
		d.networks = make(map[string][]network)
	}
	key := n.namespace + "/" + n.name
	d.networks[key] = append(d.networks[key], n)
}

func (d *digest) pod(c *check, p pod) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.hold(c) {
		d.pods = append(d.pods, p)
	}
}

// hold tells whether there is room for what is said of a file.
func (d *digest) hold(c *check) bool {
	if d.files[c.file] { // room was found before
		return true
	}
	if d.isFull {
		return false
	}
	if d.held+len(c.file.Text) > maxHeld {
		d.isFull = true
		c.add(tooLarge, source.Span{File: c.file}, "the net-attach-defs and pods before this one are all that is looked at together: validate fewer files at a time")
		return false
	}
	if d.files == nil {
		d.files = make(map[*source.File]bool)
	}
	d.files[c.file] = true
	d.held += len(c.file.Text)
	return true
}

// find picks the net-attach-def that a pod means. Overlays define one again and
// again, so the nearest counts: of the same file, the same folder, or the first
// by the name of its file.
func (d *digest) find(key string, from *source.File) (network, bool) {
	var best network
	rank := 0
	for _, n := range d.networks[key] {
		r := 1
		if filepath.Dir(n.defined.File.Name) == filepath.Dir(from.Name) {
			r = 2
		}
		if n.defined.File.Name == from.Name {
			r = 3
		}
		if r > rank || r == rank && before(n.defined, best.defined) {
			best, rank = n, r
		}
	}
	return best, rank > 0
}

// before orders places as findings are.
func before(a, b source.Span) bool {
	if a.File.Name != b.File.Name {
		return a.File.Name < b.File.Name
	}
	aLine, aColumn := a.File.Position(a.Start)
	bLine, bColumn := b.File.Position(b.Start)
	return aLine < bLine || aLine == bLine && aColumn < bColumn
}
