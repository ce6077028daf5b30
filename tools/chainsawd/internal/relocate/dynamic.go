package relocate

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"slices"
)

// dynamic is the dynamic section and the strings it refers to.
type dynamic struct {
	entries []elf.Dyn64 // the last is DT_NULL
	text    []byte
}

func (p patch) readDynamic() (*dynamic, error) {
	prog := find(p.file, elf.PT_DYNAMIC)
	if prog == nil {
		return nil, errors.New("it has a loader and no dynamic section")
	}
	d := &dynamic{}
	r := prog.Open()
	for {
		var entry elf.Dyn64
		if err := binary.Read(r, p.file.ByteOrder, &entry); err != nil {
			return nil, err
		}
		d.entries = append(d.entries, entry)
		if elf.DynTag(entry.Tag) == elf.DT_NULL {
			break
		}
	}
	var err error
	d.text, err = p.read(d.get(elf.DT_STRTAB), d.get(elf.DT_STRSZ))
	return d, err
}

// read returns what is in memory at vaddr.
func (p patch) read(vaddr, size uint64) ([]byte, error) {
	for _, prog := range p.file.Progs {
		if prog.Type != elf.PT_LOAD || vaddr < prog.Vaddr || vaddr >= prog.Vaddr+prog.Filesz {
			continue
		}
		part := make([]byte, min(size, uint64(len(p.image))))
		if _, err := prog.ReadAt(part, int64(vaddr-prog.Vaddr)); err != nil || uint64(len(part)) < size {
			break
		}
		return part, nil
	}
	return nil, errors.New("its dynamic section points outside of the file")
}

func (d *dynamic) get(tag elf.DynTag) uint64 {
	for _, entry := range d.entries {
		if elf.DynTag(entry.Tag) == tag {
			return entry.Val
		}
	}
	return 0
}

func (d *dynamic) set(tag elf.DynTag, value uint64) {
	for i := range d.entries {
		if elf.DynTag(d.entries[i].Tag) == tag {
			d.entries[i].Val = value
		}
	}
}

// libraries makes folder the first where libraries are looked for. It is
// DT_RPATH, which holds for the libraries of libraries too; DT_RUNPATH, by which
// it was replaced, does not.
func (d *dynamic) libraries(folder string) {
	d.entries = slices.DeleteFunc(d.entries, func(e elf.Dyn64) bool {
		tag := elf.DynTag(e.Tag)
		return tag == elf.DT_RPATH || tag == elf.DT_RUNPATH
	})
	path := elf.Dyn64{Tag: int64(elf.DT_RPATH), Val: uint64(len(d.text))}
	d.entries = slices.Insert(d.entries, len(d.entries)-1, path)
	d.text = append(append(d.text, folder...), 0)
}

func (d *dynamic) size() int { return len(d.entries) * binary.Size(elf.Dyn64{}) }
