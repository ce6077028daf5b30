package lint

import (
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/nearest"
)

// index prepares the search for what was probably meant.
func (d *digest) index() {
	d.elsewhere = make(map[string]string, len(d.networks))
	for key := range d.networks {
		d.names = append(d.names, key)
	}
	slices.Sort(d.names)
	for _, key := range d.names {
		_, name, _ := strings.Cut(key, "/")
		if d.elsewhere[name] == "" {
			d.elsewhere[name] = key
		}
	}
}

// maxCompared bounds the search for a similar name: where all is missing,
// nobody misspelt it.
const maxCompared = 200

// meant is the end of a sentence about a net-attach-def that is not there.
func (d *digest) meant(key string) string {
	_, name, _ := strings.Cut(key, "/")
	if other := d.elsewhere[name]; other != "" {
		return "; there is " + other
	}
	if near := nearest.Word(key, d.names[:min(len(d.names), maxCompared)]); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

func (c *check) missing(s selected) {
	const format = "there is no net-attach-def %s among these files%s"
	if c.Complete {
		c.fail(missingNetwork, s.at, format, s.key, c.digest.meant(s.key))
	} else {
		c.add(missingNetwork, s.at, format, s.key, c.digest.meant(s.key))
	}
}
