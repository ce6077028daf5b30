package ipcmd

import "strings"

// An option is a word that begins with "-", before the object.
type option struct {
	words spelling
	emit  string                 // what we write; "": nothing
	read  func(*parser) *Refusal // for an option with a value
	never never
}

// options has the order in which ip tries them. -D (DECnet) is not in it: it
// went before 5.15, and "-D" means nothing since.
var options = [...]option{
	{words: "-loops*", read: (*parser).skipLoops},
	{words: "-family*", read: (*parser).familyByName},
	{words: "-4", emit: string(inet)},
	{words: "-6", emit: string(inet6)},
	{words: "-0", emit: string(packet)},
	{words: "-M", emit: string(mpls)},
	{words: "-B", emit: string(bridge)},
	{words: "-human*|-human-readable*", emit: "-human"},
	{words: "-iec*", emit: "-iec"},
	{words: "-stats*|-statistics*", emit: "-stats"},
	{words: "-details*", emit: "-details"},
	{words: "-resolve*", emit: "-resolve"},
	{words: "-oneline*", emit: "-oneline"},
	{words: "-timestamp*", emit: "-timestamp"},
	{words: "-tshort*", emit: "-tshort"},
	{words: "-Version*", emit: "-Version"},
	{words: "-force*", never: never{HostFiles, "\"-force\" belongs to \"-batch\", which reads a file of the machine"}},
	{words: "-batch*", never: never{HostFiles, "\"-batch\" reads commands from a file of the machine, or from stdin"}},
	{words: "-brief*", emit: "-brief"},
	{words: "-json*", emit: "-json"},
	{words: "-pretty*", emit: "-pretty"},
	{words: "-rcvbuf*", read: (*parser).skipBuffer},
	{words: "-color*", emit: "-color"},
	{words: "-help*", emit: "-help"},
	{words: "-netns*", never: never{LeavesNetns, "\"-netns\" goes to another network namespace; commands run in the pod's own"}},
	{words: "-Numeric*", emit: "-Numeric"},
	{words: "-all*", never: never{LeavesNetns, "\"-all\" goes through all network namespaces of the machine"}},
	{words: "-echo", emit: "-echo"}, // since 6.1
}

// options reads the options. Done means that ip only prints its version or
// its usage, whatever follows.
func (p *parser) options() (done bool, r *Refusal) {
	for p.more() && strings.HasPrefix(p.word(), "-") && !done {
		word := p.word()
		if word == "--" {
			p.pos++
			return false, nil
		}
		if strings.HasPrefix(word, "--") {
			word = word[1:]
		}
		if done, r = p.option(word); r != nil {
			return false, r
		}
	}
	return done, nil
}

func (p *parser) option(word string) (done bool, r *Refusal) {
	if colour, ok := colourOption(word); ok {
		p.addOption(colour)
		return false, nil
	}
	o := findOption(word)
	if o == nil {
		return false, p.unknownWord("an option of ip", optionNames())
	}
	if o.never.reason != 0 {
		return false, o.never.refusal(p)
	}
	if o.read != nil {
		return false, p.optionValue(o)
	}
	if o.emit == "-Version" || o.emit == "-help" {
		p.cmd = Command{Options: []string{o.emit}, Class: Read}
		return true, nil
	}
	p.addOption(o.emit)
	return false, nil
}

func (p *parser) addOption(name string) {
	switch f := family(name); f {
	case inet, inet6, packet, bridge, mpls:
		p.family = f
	}
	p.cmd.Options = append(p.cmd.Options, name)
	p.pos++
}

func (p *parser) optionValue(o *option) *Refusal {
	if p.pos++; !p.more() {
		return p.missing("a value after \"" + o.words.name() + "\"")
	}
	return o.read(p)
}

// skipLoops drops "-loops N": how often a flush is tried. Nobody needs it, ip
// takes any word for N, and 0 means for ever.
func (p *parser) skipLoops() *Refusal {
	p.pos++
	return nil
}

// skipBuffer drops "-rcvbuf N".
func (p *parser) skipBuffer() *Refusal {
	if _, ok := decimal(p.word()); !ok {
		return p.refuse(Malformed, "-rcvbuf %q is not a decimal number", clip(p.word()))
	}
	p.pos++
	return nil
}

func (p *parser) familyByName() *Refusal {
	switch p.word() {
	case "inet":
		p.addOption(string(inet))
	case "inet6":
		p.addOption(string(inet6))
	case "link":
		p.addOption(string(packet))
	case "bridge":
		p.addOption(string(bridge))
	case "mpls":
		p.addOption(string(mpls))
	default:
		return p.refuse(Malformed, "-family %q is not one of inet, inet6, link, bridge, mpls", clip(p.word()))
	}
	return nil
}

// colourOption knows the one option whose value is glued on: -c=auto.
func colourOption(word string) (string, bool) {
	name, when, found := strings.Cut(word, "=")
	if !found || len(name) < 2 || !abbreviates(name, "-color") {
		return "", false
	}
	return "-color=" + when, when == "always" || when == "auto" || when == "never"
}

func findOption(word string) *option {
	for i := range options {
		if options[i].words.fits(word) {
			return &options[i]
		}
	}
	return nil
}

// optionNames has the options as they are typed, for a hint.
func optionNames() []string {
	var names []string
	for _, o := range options {
		if o.never.reason == 0 {
			names = append(names, o.words.name())
		}
	}
	return names
}

// OptionNames returns the options that a command may have, as they stand in
// [Command.Options].
func OptionNames() []string {
	names := []string{"-color=always", "-color=auto", "-color=never"}
	for _, o := range options {
		if o.emit != "" {
			names = append(names, o.emit)
		}
	}
	return names
}
