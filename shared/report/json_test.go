package report

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestWriteJSON(t *testing.T) {
	r := sample(ran("ip link", "ip link show", 1, "<UP> \u202e\U000e0041 \x1b\x7f \u65e5\n", ""), Asked("pod annotation #2", "ip addr"))
	var line bytes.Buffer
	if err := r.WriteJSON(&line); err != nil {
		t.Fatal(err)
	}
	t.Run("is one line without what deceives", func(t *testing.T) {
		if strings.Count(line.String(), "\n") != 1 || strings.ContainsAny(line.String(), "\u202e\U000e0041\x1b\x7f") {
			t.Errorf("%q", line.String())
		}
		for _, want := range []string{"<UP>", `\u202e`, "\u65e5"} {
			if !strings.Contains(line.String(), want) {
				t.Errorf("no %s in %s", want, line.String())
			}
		}
	})
	t.Run("loses nothing", func(t *testing.T) {
		var back Report
		if err := json.Unmarshal(line.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, r) {
			t.Errorf("got  %+v\nwant %+v", back, r)
		}
	})
}

func TestTheLargestReportFits(t *testing.T) {
	r := sample(
		ran(strings.Repeat("\x01", 64<<10), strings.Repeat("\x01", 64<<10), 0, strings.Repeat("\x01", 512<<10), strings.Repeat("\x7f", 512<<10)))
	var line bytes.Buffer
	if err := r.WriteJSON(&line); err != nil {
		t.Fatal(err)
	}
	if line.Len() > MaxBytes {
		t.Errorf("%d bytes, MaxBytes is %d", line.Len(), MaxBytes)
	}
}

func TestNewIsNeverTheSame(t *testing.T) {
	a, b := New("chainsaw"), New("chainsaw")
	if a.ID == b.ID || len(a.ID) < 20 || a.Version != Version || a.Time.IsZero() {
		t.Errorf("%+v and %+v", a, b)
	}
}

func FuzzWriteText(f *testing.F) {
	f.Add("1: lo\n", "x")
	f.Add("\u3164Running ip netns exec a\n", "Detected commands:\x1b")
	f.Fuzz(func(t *testing.T, stdout, words string) {
		lines := strings.Split(text(t, sample(ran(words, "", 0, stdout, words))), "\n")
		var ours int
		for _, line := range lines {
			if strings.HasPrefix(line, "Running ip netns exec ") || strings.HasPrefix(line, "Detected commands:") {
				ours++
			}
			for _, c := range line {
				if c < ' ' || c == 0x7f {
					t.Fatalf("%q in %q", c, line)
				}
			}
		}
		if ours != 2 {
			t.Errorf("%d headers in\n%s", ours, strings.Join(lines, "\n"))
		}
	})
}
