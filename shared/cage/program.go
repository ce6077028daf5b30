package cage

import (
	"slices"

	"golang.org/x/sys/unix"
)

// program is a classic BPF program under construction (seccomp(2)). A package
// for that exists, but allocates for every instruction, which was a twentieth
// of an ADD (docs/decisions/0002-cage-libraries.md).
type program []unix.SockFilter

// Offsets in struct seccomp_data.
const (
	callOffset = 0
	archOffset = 4
	argsOffset = 16
)

func (p *program) add(code uint16, k uint32) {
	*p = append(*p, unix.SockFilter{Code: code, K: k})
}

// load puts a word of struct seccomp_data into the accumulator.
func (p *program) load(offset uint32) { p.add(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS, offset) }

func (p *program) answer(a uint32) { p.add(unix.BPF_RET|unix.BPF_K, a) }

// jump adds one whose distances land sets later.
func (p *program) jump(condition uint16, k uint32) (at int) {
	p.add(unix.BPF_JMP|condition|unix.BPF_K, k)
	return len(*p) - 1
}

// distance is how far the jump at an index must go to reach what comes next.
func (p *program) distance(at int) uint8 { return uint8(len(*p) - at - 1) }

func (p *program) landTrue(at int)  { (*p)[at].Jt = p.distance(at) }
func (p *program) landFalse(at int) { (*p)[at].Jf = p.distance(at) }

func (p *program) answerIf(condition uint16, k, a uint32) {
	at := p.jump(condition, k)
	p.answer(a)
	p.landFalse(at)
}

func (p *program) answerUnless(condition uint16, k, a uint32) {
	at := p.jump(condition, k)
	p.answer(a)
	p.landTrue(at)
}

// call answers the call of a number, which it expects in the accumulator, by the
// first rule that holds. Other calls go on behind, their number still in place.
func (p *program) call(number uint32, rules []rule, otherwise uint32) {
	other := p.jump(unix.BPF_JEQ, number)
	for _, r := range rules {
		var failed []int
		for _, c := range r.checks {
			failed = append(failed, p.check(c))
		}
		p.answer(r.answer)
		for _, at := range failed {
			p.landFalse(at)
		}
	}
	if len(rules[len(rules)-1].checks) > 0 {
		p.answer(otherwise)
	}
	p.landFalse(other)
}

// check goes on where a value fits; its last jump, which it returns, must land
// where none did.
func (p *program) check(c check) (failed int) {
	p.load(uint32(argsOffset + 8*c.arg + lowWord))
	if c.mask != whole {
		p.add(unix.BPF_ALU|unix.BPF_AND|unix.BPF_K, c.mask)
	}
	var fits []int
	for _, v := range c.values {
		fits = append(fits, p.jump(unix.BPF_JEQ, v))
	}
	for _, at := range fits {
		p.landTrue(at)
	}
	return fits[len(fits)-1]
}

// search finds by halves how many edges a call has passed, and answers the one
// of two answers or the other as that is even or odd. A list of comparisons
// would do too, but the kernel tries every call on a new filter.
func (p *program) search(edges []uint32, even, odd uint32) {
	end := len(*p) + len(edges) // each takes one instruction
	p.halve(edges, end, end+1)
	p.answer(even)
	p.answer(odd)
}

// halve is search with the places of the answers. It returns its own place, or
// that of the answer where nothing is left to be found.
func (p *program) halve(edges []uint32, even, odd int) (place int) {
	if len(edges) == 0 {
		return even
	}
	mid := len(edges) / 2
	at := p.jump(unix.BPF_JGE, edges[mid])
	below := p.halve(edges[:mid], even, odd)
	if mid%2 == 0 {
		even, odd = odd, even
	}
	above := p.halve(edges[mid+1:], even, odd)
	(*p)[at].Jf, (*p)[at].Jt = uint8(below-at-1), uint8(above-at-1)
	return at
}

// edges are the numbers at which a walk over all calls enters and leaves, in
// turn, the runs of those given.
func edges(calls ...[]uint32) []uint32 {
	sorted := slices.Concat(calls...)
	slices.Sort(sorted)
	var at []uint32
	for _, call := range sorted {
		if n := len(at); n > 0 && at[n-1] == call {
			at[n-1]++
			continue
		}
		at = append(at, call, call+1)
	}
	return at
}
