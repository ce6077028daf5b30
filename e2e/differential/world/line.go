package world

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// line writes an answer of the kernel as text: the header, and each attribute
// as PATH=VALUE, where the path has the numbers of those that it is nested in.
func (d *dump) line(m []byte) (string, bool) {
	header := m[:d.header]
	if d.tidy != nil && !d.tidy(header) {
		return "", false
	}
	text := append(make([]byte, 0, 2*len(m)), d.name...)
	text = hex.AppendEncode(append(text, ' '), header)
	line := string(d.attributes(text, "", m[d.header:]))
	return line, d.noise == "" || !strings.Contains(line, d.noise)
}

func (d *dump) attributes(text []byte, path string, m []byte) []byte {
	kind := ""
	for len(m) >= unix.SizeofRtAttr {
		length := int(binary.NativeEndian.Uint16(m))
		number := binary.NativeEndian.Uint16(m[2:]) &^ (unix.NLA_F_NESTED | unix.NLA_F_NET_BYTEORDER)
		value := m[unix.SizeofRtAttr:length]
		m = m[min(len(m), (length+3)&^3):]

		here := path + strconv.Itoa(int(number))
		if slices.Contains(d.skip, here) {
			continue
		}
		if here == infoKind || here == infoSlaveKind {
			kind = strings.TrimRight(string(value), "\x00") + "."
		}
		if !slices.Contains(d.nested, here) {
			text = d.attribute(text, here, value)
			continue
		}
		inner := here + "."
		if here == infoData || here == infoSlaveData {
			inner += kind // the numbers mean something else for each kind
		}
		text = d.attributes(text, inner, value)
	}
	return text
}

// The attributes of a link with its kind, and the data of that.
const (
	infoKind      = "18.1"
	infoData      = "18.2"
	infoSlaveKind = "18.4"
	infoSlaveData = "18.5"
)

func (d *dump) attribute(text []byte, path string, value []byte) []byte {
	if d.value != nil {
		d.value(path, value)
	}
	text = append(append(append(text, ' '), path...), '=')
	if name, ok := bytes.CutSuffix(value, []byte{0}); ok && isName(name) {
		return append(text, name...)
	}
	return hex.AppendEncode(text, value)
}

func isName(b []byte) bool {
	return len(b) > 0 && bytes.IndexFunc(b, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}
