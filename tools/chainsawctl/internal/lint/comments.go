package lint

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/lint/rules"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// A comment leaves rules out: for its line, or the next one if it stands alone,
// and what is indented below that; or for the whole document.
const (
	marker         = "chainsawctl:ignore"
	documentMarker = marker + "-document"
)

// ignored is what a comment leaves out: findings of rules that begin in a
// stretch of the file.
type ignored struct {
	rules      []string
	start, end int
}

// comments remembers what was found in the files that were looked at last: a
// file has many documents, and they are checked one after the other.
type comments struct {
	mu     sync.Mutex
	recent [64]struct {
		file    *source.File
		ignored []ignored
	}
	next int
}

// sift drops the findings that comments leave out, and adds those about
// comments that mean nothing.
func (c *comments) sift(f *source.File, found []finding.Finding) []finding.Finding {
	all, unknown := c.of(f)
	found = slices.DeleteFunc(found, func(f finding.Finding) bool {
		return slices.ContainsFunc(all, func(i ignored) bool {
			return i.start <= f.At.Start && f.At.Start < i.end && slices.Contains(i.rules, f.Rule)
		})
	})
	return append(found, unknown...)
}

// of reads the comments of a file, once.
func (c *comments) of(f *source.File) ([]ignored, []finding.Finding) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.recent {
		if r.file == f {
			return r.ignored, nil
		}
	}
	all, unknown := readComments(f)
	slot := &c.recent[c.next%len(c.recent)]
	slot.file, slot.ignored = f, all
	c.next++
	return all, unknown
}

func readComments(f *source.File) (all []ignored, unknown []finding.Finding) {
	for at := 0; ; {
		found := bytes.Index(f.Text[at:], []byte(marker))
		if found < 0 {
			return all, unknown
		}
		at += found
		line := lineAround(f.Text, at)
		hash := bytes.LastIndexByte(f.Text[line.start:at], '#')
		if hash < 0 || len(bytes.TrimSpace(f.Text[line.start+hash+1:at])) > 0 {
			at += len(marker)
			continue
		}
		i, strangers := readComment(f, line, line.start+hash, at)
		all, unknown = append(all, i), append(unknown, strangers...)
		at = line.end
	}
}

// readComment reads one comment, whose # and marker stand at two places of a line.
func readComment(f *source.File, line stretch, hash, at int) (ignored, []finding.Finding) {
	text := string(f.Text[at:line.end])
	i := ignored{}
	if rest, found := strings.CutPrefix(text, documentMarker); found {
		text = rest
		i.start, i.end = documentAround(f.Text, at)
	} else {
		text = strings.TrimPrefix(text, marker)
		i.start, i.end = below(f.Text, line, len(bytes.TrimSpace(f.Text[line.start:hash])) == 0)
	}
	at = line.end - len(text)
	var unknown []finding.Finding
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" \t\r,", r) }) {
		if _, err := rules.Find(word); err != nil {
			from := at + strings.Index(text, word)
			unknown = append(unknown, newFinding(ignoreComment, source.Span{File: f, Start: from, End: from + len(word)}, err.Error()))
			continue
		}
		i.rules = append(i.rules, word)
	}
	if len(i.rules) == 0 && len(unknown) == 0 {
		unknown = append(unknown, newFinding(ignoreComment, source.Span{File: f, Start: hash, End: at}, "this comment names no rule: write the id that stands in brackets behind a finding, such as "+marker+" "+unknownKey))
	}
	return i, unknown
}

// stretch is a line without its end.
type stretch struct{ start, end int }

func lineAround(text []byte, at int) stretch {
	s := stretch{start: bytes.LastIndexByte(text[:at], '\n') + 1, end: len(text)}
	if end := bytes.IndexByte(text[at:], '\n'); end >= 0 {
		s.end = at + end
	}
	return s
}

// below is the line, or the first one behind it that is more than a comment if
// it is alone, and those after it that are indented deeper.
func below(text []byte, line stretch, alone bool) (start, end int) {
	start = line.start
	for alone && line.end < len(text) {
		line = lineAround(text, line.end+1)
		start = line.start
		alone = isComment(text[line.start:line.end])
	}
	depth := indentation(text[line.start:line.end])
	for line.end < len(text) {
		next := lineAround(text, line.end+1)
		content := text[next.start:next.end]
		if len(bytes.TrimSpace(content)) > 0 && indentation(content) <= depth {
			break
		}
		line = next
	}
	return start, line.end + 1
}

func isComment(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) == 0 || line[0] == '#'
}

func indentation(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " \t")) }

// documentAround is the document of a stream that a byte stands in.
func documentAround(text []byte, at int) (start, end int) {
	start = bytes.LastIndex(text[:at], []byte("\n---")) + 1
	if end := bytes.Index(text[at:], []byte("\n---")); end >= 0 {
		return start, at + end
	}
	return start, len(text) + 1
}
