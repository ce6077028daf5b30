// Package relocate gives a copy of an ELF program another loader and another
// place for its libraries, as patchelf(1) does: for an `ip` that is to run on a
// node which has neither its libc nor its libraries.
//
// It does not touch what is in the file. It appends one segment with all that
// has to grow: the program headers, the dynamic section and its strings, and
// the loader's path.
package relocate

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// ErrStatic says that a program needs neither loader nor libraries.
var ErrStatic = errors.New("it is a static program")

// Program returns a copy of image which is started by the loader at interp and
// looks for its libraries, and for theirs, in the folder libraries first.
func Program(image []byte, interp, libraries string) ([]byte, error) {
	f, err := elf.NewFile(bytes.NewReader(image))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	switch {
	case f.Class != elf.ELFCLASS64:
		return nil, fmt.Errorf("it is an %v program: only those of 64 bits are known here", f.Class)
	case find(f, elf.PT_INTERP) == nil:
		return nil, ErrStatic
	}
	p := patch{file: f, image: image}
	return p.apply(interp, libraries)
}

func find(f *elf.File, kind elf.ProgType) *elf.Prog {
	at := slices.IndexFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == kind })
	if at < 0 {
		return nil
	}
	return f.Progs[at]
}

type patch struct {
	file  *elf.File
	image []byte
}

// apply lays out the new segment:
//
//	program headers | dynamic section | strings | path of the loader
func (p patch) apply(interp, libraries string) ([]byte, error) {
	section, err := p.readDynamic()
	if err != nil {
		return nil, err
	}
	section.libraries(libraries)
	at, err := p.room()
	if err != nil {
		return nil, err
	}
	parts := layout{at: at}
	headers := parts.add((len(p.file.Progs) + 1) * binary.Size(elf.Prog64{}))
	dynamic := parts.add(section.size())
	text := parts.add(len(section.text))
	loader := parts.add(len(interp) + 1)

	section.set(elf.DT_STRTAB, text.Vaddr)
	section.set(elf.DT_STRSZ, text.Filesz)
	table := p.headers(map[elf.ProgType]span{elf.PT_PHDR: headers, elf.PT_DYNAMIC: dynamic, elf.PT_INTERP: loader}, parts.whole())
	return p.write(headers.Off, table, section.entries, section.text, append([]byte(interp), 0))
}

// write puts the parts behind the image, each at the next multiple of
// alignment, as add has reckoned.
func (p patch) write(headers uint64, parts ...any) ([]byte, error) {
	out := make([]byte, headers, headers+4096)
	copy(out, p.image)
	for _, part := range parts {
		out = append(out, make([]byte, roundUp(uint64(len(out)), alignment)-uint64(len(out)))...)
		var err error
		if out, err = binary.Append(out, p.file.ByteOrder, part); err != nil {
			return nil, err
		}
	}
	return out, p.writeHeader(out, headers)
}

// writeHeader points to the new program headers. Sections only serve those who
// look at the file, and would tell them of the old places.
func (p patch) writeHeader(out []byte, headers uint64) error {
	var h elf.Header64
	if _, err := binary.Decode(out, p.file.ByteOrder, &h); err != nil {
		return err
	}
	h.Phoff, h.Phnum = headers, h.Phnum+1
	h.Shoff, h.Shnum, h.Shstrndx = 0, 0, 0
	_, err := binary.Encode(out, p.file.ByteOrder, h)
	return err
}
