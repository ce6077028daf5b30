package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// WriteJSON writes the report as one line of JSON, in one Write. Characters
// that WriteText would escape are escaped here in JSON's way, which loses
// nothing: a log is read on terminals, too.
func (r Report) WriteJSON(w io.Writer) error {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false) // every other line of `ip` has a <
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("writing report %q as JSON: %w", r.ID, err)
	}
	_, err := w.Write(escapeJSON(line.Bytes()))
	return err
}

// escapeJSON relies on what encoding/json promises: valid UTF-8, C0 controls
// escaped, and characters beyond ASCII in strings only.
func escapeJSON(line []byte) []byte {
	out := make([]byte, 0, len(line))
	for len(line) > 0 {
		r, size := utf8.DecodeRune(line)
		switch {
		case r == '\n' || strconv.IsPrint(r):
			out = append(out, line[:size]...)
		case r <= 0xffff:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		}
		line = line[size:]
	}
	return out
}
