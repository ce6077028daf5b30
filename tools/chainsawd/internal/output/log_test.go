package output

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestLogIsWrittenInOrder(t *testing.T) {
	var out bytes.Buffer
	l := NewLog(&out, func(int64) { t.Error("something was lost") })
	line := []byte("0\n")
	for i := range 10 {
		line[0] = '0' + byte(i)
		fmt.Fprintf(l, "%s", line)
	}
	l.Close()
	if got := out.String(); got != "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n" {
		t.Errorf("the log is %q", got)
	}
}

func TestLogThatNobodyReadsHoldsNobodyUp(t *testing.T) {
	out := &stuck{read: make(chan struct{})}
	lost := int64(0)
	l := NewLog(out, func(n int64) { lost += n })
	for range 2 * linesKept {
		fmt.Fprintln(l, "line")
	}
	l.Close() // gives up
	close(out.read)
	l.Close()
	if n := strings.Count(out.String(), "line"); n+int(lost) != 2*linesKept || lost == 0 {
		t.Errorf("%d lines are written and %d said to be lost, of %d", n, lost, 2*linesKept)
	}
}
