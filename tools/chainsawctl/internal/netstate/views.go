package netstate

import (
	"slices"
	"strings"
)

// plain is the lines as they are, with single blanks.
func plain(output string) ([]string, error) {
	var lines []string
	for line := range strings.Lines(output) {
		if words := strings.Fields(line); len(words) > 0 {
			lines = append(lines, strings.Join(words, " "))
		}
	}
	return lines, nil
}

// addresses are lines such as `2: net1    inet 192.0.2.2/24 scope global net1\
// valid_lft forever preferred_lft forever`. Lifetimes run and duplicate address
// detection ends without anybody doing anything.
func addresses(output string) ([]string, error) {
	lines, err := plain(output)
	for i, line := range lines {
		line, _, _ = strings.Cut(line, `\`)
		words := slices.DeleteFunc(strings.Fields(line), func(word string) bool { return word == "tentative" })
		lines[i] = strings.Join(words[1:], " ") // without the index
	}
	return slices.DeleteFunc(lines, ofKernel), err
}

// routes are all but those of the table local. The hops of a multipath route
// stand on indented lines of their own.
func routes(output string) ([]string, error) {
	var lines []string
	for line := range strings.Lines(output) {
		words := strings.Join(strings.Fields(line), " ")
		switch {
		case words == "":
		case strings.HasPrefix(line, "\t") && len(lines) > 0:
			lines[len(lines)-1] += " " + words
		default:
			lines = append(lines, words)
		}
	}
	return slices.DeleteFunc(lines, ofKernel), nil
}

// ofKernel tells what the kernel makes by itself, some of it only when a link
// gets its carrier, which may be while a plugin runs that has no part in it:
// the table local, and the link-local address made of a MAC, with its route.
func ofKernel(line string) bool {
	linkLocal := strings.Contains(line, " inet6 fe80:") && strings.Contains(line, "ff:fe") ||
		strings.HasPrefix(line, "fe80::/64 ") && strings.Contains(line, " proto kernel ")
	return linkLocal || strings.Contains(line+" ", " table local ")
}
