package relocate

import (
	"debug/elf"
	"errors"
	"fmt"
)

// alignment suits every part of the new segment.
const alignment = 16

// maxSize bounds what a broken program makes of the file.
const maxSize = 64 << 20

// span is a part of the file and where it is in memory.
type span struct{ Off, Vaddr, Filesz uint64 }

// layout puts parts behind each other.
type layout struct {
	at   span // where the segment begins
	used uint64
}

func (l *layout) add(size int) span {
	l.used = roundUp(l.used, alignment)
	s := span{l.at.Off + l.used, l.at.Vaddr + l.used, uint64(size)}
	l.used += uint64(size)
	return s
}

// whole is the segment. It is writable: the loader notes in the dynamic section
// where debuggers find it.
func (l *layout) whole() elf.Prog64 {
	return elf.Prog64{
		Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_W),
		Off: l.at.Off, Vaddr: l.at.Vaddr, Paddr: l.at.Vaddr,
		Filesz: l.used, Memsz: l.used, Align: l.at.Filesz,
	}
}

func roundUp(n, to uint64) uint64 { return (n + to - 1) / to * to }

// room is where a segment can begin: behind all others, in the file and in
// memory, and as far from the first one in either. Kernels before 5.18 tell the
// loader that the program headers are where they would be by that distance.
// The size is that of a page.
func (p patch) room() (span, error) {
	var first *elf.Prog
	var end, page uint64
	for _, prog := range p.file.Progs {
		if prog.Type != elf.PT_LOAD {
			continue
		}
		if first == nil {
			first = prog
		}
		end = max(end, prog.Vaddr+prog.Memsz)
		page = max(page, prog.Align)
	}
	if first == nil || first.Off != 0 || page == 0 {
		return span{}, errors.New("its first segment does not begin with the file")
	}
	if end-first.Vaddr > maxSize || page > maxSize {
		return span{}, fmt.Errorf("it takes more than %d MiB of memory: no ip does", maxSize>>20)
	}
	off := roundUp(max(end-first.Vaddr, uint64(len(p.image))), page)
	return span{Off: off, Vaddr: first.Vaddr + off, Filesz: page}, nil
}

// headers is the table of program headers with the moved ones in their new
// places, and the new segment behind the last of its kind: they must be sorted.
func (p patch) headers(moved map[elf.ProgType]span, segment elf.Prog64) []elf.Prog64 {
	var table []elf.Prog64
	last := 0
	for i, prog := range p.file.Progs {
		if prog.Type == elf.PT_LOAD {
			last = i
		}
		h := elf.Prog64{
			Type: uint32(prog.Type), Flags: uint32(prog.Flags),
			Off: prog.Off, Vaddr: prog.Vaddr, Paddr: prog.Paddr,
			Filesz: prog.Filesz, Memsz: prog.Memsz, Align: prog.Align,
		}
		if to, moves := moved[prog.Type]; moves {
			h.Off, h.Vaddr, h.Paddr, h.Filesz, h.Memsz = to.Off, to.Vaddr, to.Vaddr, to.Filesz, to.Filesz
		}
		table = append(table, h)
	}
	return append(table[:last+1:last+1], append([]elf.Prog64{segment}, table[last+1:]...)...)
}
