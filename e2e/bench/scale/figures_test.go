package main

import (
	"strings"
	"testing"
)

func TestSumOfFigures(t *testing.T) {
	const text = `# HELP asked_total How often.
# TYPE asked_total counter
asked_total{code="200",subverb="x",verb="list"} 2
asked_total{code="500",verb="list"} 1
asked_total{code="200",verb="watch"} 4
asked_total_more 8
memory_bytes 1.6e+01
`
	f := figures{}
	for range 2 { // of two chainsawds
		if err := f.add(strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name   string
		labels []string
		want   float64
	}{
		{"asked_total", nil, 14},
		{"asked_total", []string{`verb="list"`}, 6},
		{"asked_total", []string{`verb="list"`, `code="200"`}, 4},
		{"asked_total", []string{`verb="x"`}, 0},
		{"memory_bytes", nil, 32},
		{"none", nil, 0},
	} {
		if got := f.sum(test.name, test.labels...); got != test.want {
			t.Errorf("sum(%s, %q) = %v, want %v", test.name, test.labels, got, test.want)
		}
	}
	if err := f.add(strings.NewReader("asked_total many\n")); err == nil {
		t.Error("a figure that is no number is taken")
	}
}
