package ipcmd

import (
	"fmt"
	"strings"
)

// maxDevice is IFNAMSIZ without its terminating zero.
const maxDevice = 15

// device is the name of a device that exists. It always follows its keyword,
// so that it may even be a word of ip.
type device struct{}

// newName is the name that a device is to get.
type newName struct{}

// altname is a further name of a device, which may be longer.
type altname struct{}

func (v device) read(p *parser, name string) *Refusal  { return p.scalar(v, name) }
func (v newName) read(p *parser, name string) *Refusal { return p.scalar(v, name) }
func (v altname) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (device) canonical(_ *parser, word string) (Arg, string) {
	return Arg{Kind: Device, Value: word}, deviceProblem(word, maxDevice)
}

func (newName) canonical(_ *parser, word string) (Arg, string) {
	return Arg{Kind: NewName, Value: word}, newNameProblem(word, maxDevice)
}

func (altname) canonical(_ *parser, word string) (Arg, string) {
	return Arg{Kind: NewName, Value: word}, newNameProblem(word, 127)
}

// CheckDevice says what is wrong with the name of a device that exists.
func CheckDevice(name string) error { return nameError(name, deviceProblem(name, maxDevice)) }

// CheckNewName says what is wrong with the name for a new device: beside what
// no device may have, it must not be a word of ip.
func CheckNewName(name string) error { return nameError(name, newNameProblem(name, maxDevice)) }

func nameError(name, problem string) error {
	if problem == "" {
		return nil
	}
	return fmt.Errorf("%q is not %s", clip(name), problem)
}

func deviceProblem(name string, limit int) string {
	switch {
	case name == "" || len(name) > limit:
		return fmt.Sprintf("a device name: that has 1 to %d bytes", limit)
	case name == "." || name == ".." || name[0] == '-':
		return "a device name"
	case strings.Contains(name, "@"):
		return "a device name: leave out the \"@\" and what follows, which ip only shows"
	case strings.IndexFunc(name, notInName) >= 0:
		return "a device name: that has no white space, control characters, slash or colon"
	case looksLikeIndex(name):
		return "a device name to ip, which takes it for the number of one"
	}
	return ""
}

// notInName goes beyond the kernel, which forbids slash, colon and white space.
func notInName(r rune) bool {
	return r <= ' ' || r > '~' || r == '/' || r == ':'
}

// looksLikeIndex finds names that ip scans with "if%u" when no device has
// them: if3, and if3x too.
func looksLikeIndex(name string) bool {
	rest, ok := strings.CutPrefix(name, "if")
	return ok && rest != "" && strings.ContainsRune("+-"+digits, rune(rest[0]))
}

func newNameProblem(name string, limit int) string {
	if problem := deviceProblem(name, limit); problem != "" {
		return problem
	}
	if hasShellSyntax(name) {
		return "a name for a device: it is written for a shell"
	}
	if strings.Contains(name, "%") {
		return "the name of one device: % makes it a pattern"
	}
	if isKeyword(name) {
		return "a name for a device: ip has a word like it"
	}
	return ""
}

// isKeyword reports whether ip has a use for the word where a device may be
// named without a keyword, or where the word reads like one.
func isKeyword(name string) bool {
	if anyAddress(name) || name == "none" || name == "lo" || findVerbExactly(name) {
		return true
	}
	for _, s := range [...]syntax{linkSet, addressShow, routeWords, ruleAdd} {
		found := false
		s.each(func(k *keyword) bool {
			k.word.each(func(w string) bool { found = w == name; return !found })
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

func findVerbExactly(name string) (found bool) {
	for _, o := range objects {
		o.words.each(func(w string) bool { found = w == name; return !found })
		if found {
			return true
		}
	}
	for _, v := range link.verbs {
		v.words.each(func(w string) bool { found = w == name; return !found })
		if found {
			return true
		}
	}
	return false
}
