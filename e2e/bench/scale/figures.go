package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// figures are metrics in Prometheus' text format, by name and labels as they
// are written there.
type figures map[string]float64

// add adds those of a text.
func (f figures) add(text io.Reader) error {
	lines := bufio.NewScanner(text)
	for lines.Scan() {
		line := lines.Text()
		end := strings.LastIndexByte(line, ' ')
		if end < 0 || line[0] == '#' {
			continue
		}
		value, err := strconv.ParseFloat(line[end+1:], 64)
		if err != nil {
			return fmt.Errorf("reading the figure %s: %w", line, err)
		}
		f[line[:end]] += value
	}
	return lines.Err()
}

// sum is that of all figures of this name with these labels, `verb="LIST"` say.
func (f figures) sum(name string, labels ...string) (sum float64) {
	for series, value := range f {
		of, rest, _ := strings.Cut(series, "{")
		if of == name && has(rest, labels) {
			sum += value
		}
	}
	return sum
}

func has(series string, labels []string) bool {
	for _, label := range labels {
		if !strings.Contains(","+series, ","+label) {
			return false
		}
	}
	return true
}
