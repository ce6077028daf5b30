package netstate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// salient is what is worth saying of a link that came or went.
var salient = []string{"type", "link", "mtu", "address", "master", "flags"}

// carrier are the flags that tell of the carrier, which comes and goes by itself.
var carrier = []any{"NO-CARRIER", "LOWER_UP"}

// links is a line for each attribute of each link, such as `net1 mtu 1500`.
func links(output string) ([]string, error) {
	decoder := json.NewDecoder(strings.NewReader(output))
	decoder.UseNumber()
	var all []map[string]any
	if err := decoder.Decode(&all); err != nil {
		return nil, err
	}
	var lines []string
	for _, link := range all {
		name := fmt.Sprint(link["ifname"])
		delete(link, "ifname")
		delete(link, "ifindex")
		lines = append(lines, attributes(name, "", link)...)
	}
	return lines, nil
}

// attributes walks the JSON of a link. Timers run by themselves, and operstate
// follows the carrier.
func attributes(link, path string, object map[string]any) []string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if strings.HasSuffix(key, "_timer") || key == "operstate" {
			continue
		}
		switch value := object[key].(type) {
		case map[string]any:
			lines = append(lines, attributes(link, path+key+".", value)...)
		case []any:
			lines = append(lines, link+" "+shortened(path+key)+" "+joined(value))
		default:
			lines = append(lines, fmt.Sprint(link, " ", shortened(path+key), " ", value))
		}
	}
	return lines
}

// shortened is the name of an attribute as one would give it to `ip link`.
func shortened(path string) string {
	if path == "linkinfo.info_kind" {
		return "type"
	}
	return strings.TrimPrefix(strings.TrimPrefix(path, "linkinfo."), "info_data.")
}

// joined is a list on one line.
func joined(values []any) string {
	var words []string
	for _, value := range values {
		if slices.Contains(carrier, value) {
			continue
		}
		words = append(words, fmt.Sprint(value))
	}
	return strings.Join(words, ",")
}

// condensed makes one line of a link that others do not have.
func condensed(lines, others []string) []string {
	var short []string
	seen := make(map[string]int) // place of a link's line
	for _, line := range lines {
		name, attribute, _ := strings.Cut(line, " ")
		if slices.ContainsFunc(others, func(o string) bool { return strings.HasPrefix(o, name+" ") }) {
			short = append(short, line)
			continue
		}
		at, found := seen[name]
		if !found {
			at = len(short)
			seen[name] = at
			short = append(short, name)
		}
		if key, _, _ := strings.Cut(attribute, " "); slices.Contains(salient, key) {
			short[at] += " " + attribute
		}
	}
	return short
}
