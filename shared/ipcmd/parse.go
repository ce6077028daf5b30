package ipcmd

import (
	"fmt"
	"slices"

	"github.com/chainsaw-cni/chainsaw/shared/nearest"
)

// Parse reads a command as ip would. A leading "ip" may be left out. The error
// is a [*Refusal].
func Parse(words []string) (Command, error) {
	p := parser{words: words}
	r := p.parse()
	if r = refuseShellSyntax(words, p.cmd, r); r != nil {
		return Command{}, r
	}
	return p.cmd, nil
}

func (p *parser) parse() *Refusal {
	if r := checkWords(p.words); r != nil {
		return r
	}
	if p.more() && p.word() == "ip" {
		p.pos++
	}
	if done, r := p.options(); done || r != nil {
		return r
	}
	v, r := p.verb()
	if r != nil {
		return r
	}
	if p.cmd.Object == "help" {
		p.cmd = Command{Options: []string{"-help"}, Class: Read}
		return nil
	}
	p.cmd.Args = make([]Arg, 0, len(p.words)-p.pos)
	if p.more() && p.word() == "help" && v.class != 0 && v.words != "help*" {
		return p.help()
	}
	if r := p.all(v.args); r != nil {
		return r
	}
	p.settleFamily()
	if v.check != nil && p.cmd.Action != "help" {
		return v.check(p)
	}
	return nil
}

// help turns "ip route add help" into "ip route help": ip prints the same.
func (p *parser) help() *Refusal {
	if p.pos++; p.more() {
		return p.refuse(NotUnderstood, "nothing may follow \"help\" here")
	}
	if _, ok := ClassOf(p.cmd.Object, "help"); !ok { // a part without a help of its own
		p.cmd.Object = firstWord(p.cmd.Object)
	}
	p.cmd.Action, p.cmd.short, p.cmd.Class = "help", "", Read
	return nil
}

// verb reads the object and the action.
func (p *parser) verb() (*verb, *Refusal) {
	if !p.more() {
		return nil, p.missing("an object: address, link, route, rule ...")
	}
	o := findObject(p.word())
	if o == nil {
		return nil, p.unknownWord("an object of ip", objectNames())
	}
	if o.refuse.reason != 0 {
		return nil, o.refuse.refusal(p)
	}
	p.pos++
	p.cmd.Object = o.words.name()
	return p.action(o.verbs, o.whenNone)
}

func (p *parser) action(verbs []verb, whenNone string) (*verb, *Refusal) {
	if !p.more() && whenNone == "" {
		return nil, p.missing("what to do with " + p.cmd.Object + ": " + list(verbNames(verbs)))
	}
	word := whenNone
	if p.more() {
		word = p.word()
	}
	v := findVerb(verbs, word)
	if v == nil {
		return nil, p.unknownWord("an action of \"ip "+p.cmd.Object+"\"", verbNames(verbs))
	}
	if v.refuse.reason != 0 {
		return nil, v.refuse.refusal(p)
	}
	if p.more() {
		p.pos++
	}
	if v.part != nil {
		p.cmd.Object += " " + v.words.name()
		return p.action(v.part, v.whenNone)
	}
	p.cmd.Action, p.cmd.Class = v.name(), v.class
	if v.alias != "" {
		p.cmd.short = v.words.name()
	}
	return v, nil
}

func (p *parser) refuse(reason Reason, format string, args ...any) *Refusal {
	return &Refusal{Reason: reason, Word: p.pos, Text: fmt.Sprintf(format, args...)}
}

// missing says that the line ends too early.
func (p *parser) missing(what string) *Refusal {
	return p.refuse(Malformed, "the command is not complete: it lacks %s", what)
}

// unknown says that no row fits the next word.
func (p *parser) unknown(s syntax) *Refusal {
	place := "\"ip " + p.cmd.Object + " " + p.cmd.Action + "\""
	return p.unknownWord("understood at this place of "+place, slices.Collect(s.names()))
}

func (p *parser) unknownWord(what string, known []string) *Refusal {
	text := fmt.Sprintf("%q is not %s", clip(p.word()), what)
	if close := nearest.Word(p.word(), known); close != "" {
		text += fmt.Sprintf("; did you mean %q?", close)
	} else if len(known) > 0 && len(known) <= 12 {
		text += ", which takes " + list(known)
	}
	return p.refuse(NotUnderstood, "%s", text)
}
