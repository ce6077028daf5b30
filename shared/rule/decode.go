package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/nearest"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/token"
)

// Decode reads a list of rules. Everything that a rule says is understood or
// the list is refused: a rule that admits less than its author meant would be
// noticed, one that admits more would not. Its errors are of type
// *[strictjson.Error].
func Decode(list *strictjson.Value) ([]Rule, error) {
	var d decoder
	d.Expect(list, strictjson.List, `"rules"`)
	rules := make([]Rule, 0, len(list.Items))
	for i := range list.Items {
		rules = append(rules, d.rule(&list.Items[i], i+1))
	}
	return rules, d.Err
}

type decoder struct{ strictjson.Fields }

func (d *decoder) rule(v *strictjson.Value, number int) Rule {
	d.Expect(v, strictjson.Object, fmt.Sprintf("rule #%d", number))
	d.Known(v, "allow", "args", "require")
	r := Rule{Allow: d.Text(v, "allow", "")}
	if r.Allow == "read" {
		r.Read = true
		if len(v.Members) > 1 {
			d.Fail(v.Errorf(`rule #%d allows every read and can have no "args" or "require": name an object and its actions instead`, number))
		}
		return r
	}
	d.subject(v, &r, number)
	d.args(v, &r)
	d.require(v, &r)
	return r
}

// subject reads "OBJECT ACTION|ACTION".
func (d *decoder) subject(v *strictjson.Value, r *Rule, number int) {
	at := v.Field("allow")
	if at == nil {
		d.Fail(v.Errorf(`rule #%d has no "allow": write "read", or an object and its actions such as "route add|del"`, number))
		return
	}
	words := strings.Fields(r.Allow)
	if len(words) < 2 || strings.Join(words, " ") != r.Allow {
		d.Fail(at.Errorf(`%q is no object with actions: write "read", or such as "route add|del"`, r.Allow))
		return
	}
	last := len(words) - 1
	name := strings.Join(words[:last], " ")
	object, ok := ipcmd.ResolveObject(name)
	if !ok {
		d.Fail(at.Errorf("`ip` has no object %q%s", name, meant(name, ipcmd.Objects())))
		return
	}
	d.inFull(at, name, object)
	r.Object = object
	for word := range strings.SplitSeq(words[last], "|") {
		action, ok := ipcmd.ResolveAction(object, word)
		if !ok {
			d.Fail(at.Errorf("`ip %s` has no action %q%s", object, word, meant(word, ipcmd.Actions(object))))
			return
		}
		d.inFull(at, word, action)
		r.Actions = append(r.Actions, action)
	}
}

// inFull refuses abbreviations: "link s" is "link set" to ip, and "link show" to
// many a reader.
func (d *decoder) inFull(at *strictjson.Value, word, name string) {
	if !slices.Contains(Spellings(name), word) {
		d.Fail(at.Errorf("%q is short for %q in `ip`, and a rule says it in full: write %q", word, name, name))
	}
}

func (d *decoder) args(v *strictjson.Value, r *Rule) {
	args := d.Object(v, "args")
	if args == nil {
		return
	}
	for i := range args.Members {
		m := &args.Members[i]
		d.argName(r, m.Start, m.Key)
		r.Args = append(r.Args, ArgLimit{Name: m.Key, Limit: d.limit(m.Key, &m.Value)})
	}
}

func (d *decoder) require(v *strictjson.Value, r *Rule) {
	for _, item := range d.List(v, "require") {
		d.Expect(&item, strictjson.String, `each of "require"`)
		if _, ok := r.limit(item.Text); !ok && d.Err == nil {
			d.Fail(item.Errorf(`"require" names %q, which is not among the "args" of this rule: add "%s": true there`, item.Text, item.Text))
		}
		r.Require = append(r.Require, item.Text)
	}
}

// argName wants a name that one of the rule's actions has: a misspelt name
// would make the rule admit less than it seems to.
func (d *decoder) argName(r *Rule, offset int, name string) {
	if d.Err != nil {
		return
	}
	options := ipcmd.OptionNames()
	known := func(action string) bool { return ipcmd.HasArg(r.Object, action, name) }
	if slices.Contains(options, name) || slices.ContainsFunc(r.Actions, known) {
		return
	}
	names := options
	for _, action := range r.Actions {
		names = append(names, ipcmd.ArgNames(r.Object, action)...)
	}
	d.Fail(&strictjson.Error{Offset: offset, Err: fmt.Errorf("`ip %s` has no argument or option %q%s", r.Allow, name, meant(name, names))})
}

// meant is the end of a message about a word that is unknown.
func meant(word string, known []string) string {
	if near := nearest.Word(word, known); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return fmt.Sprintf("; it has %s", strings.Join(known, ", "))
}

func (d *decoder) limit(name string, v *strictjson.Value) Limit {
	if v.Kind == strictjson.Bool && v.True {
		return Limit{}
	}
	if v.Kind != strictjson.Object || len(v.Members) != 1 {
		d.Fail(v.Errorf(`the limit of %q must be true (any value), {"cidr": [...]}, {"in": [...]} or {"range": [low, high]}`, name))
		return Limit{}
	}
	d.Known(v, "cidr", "in", "range")
	switch v.Members[0].Key {
	case "cidr":
		return Limit{CIDR: d.cidrs(v)}
	case "in":
		return Limit{In: d.some(v, "in")}
	}
	return Limit{Range: d.span(v)}
}

// some is a list of strings that is not empty: nothing would match it.
func (d *decoder) some(v *strictjson.Value, key string) []string {
	texts := d.Texts(v, key)
	if len(texts) == 0 {
		d.Fail(v.Errorf("%q is empty, so nothing would match it", key))
	}
	for i, text := range texts {
		if err := token.Check(text); err != nil {
			d.Fail(v.Field(key).Items[i].Errorf("%w", err))
		}
	}
	return texts
}

func (d *decoder) cidrs(v *strictjson.Value) []string {
	texts := d.some(v, "cidr")
	for i, text := range texts {
		if strings.Contains(text, "CURRENT_") || d.Err != nil {
			continue // its value is known, and checked, when the rule is used
		}
		at := &v.Field("cidr").Items[i]
		prefix, err := parsePrefix(text)
		if err != nil {
			d.Fail(at.Errorf(`%q is no prefix: write such as "10.0.0.0/8"`, text))
		} else if prefix != prefix.Masked() {
			d.Fail(at.Errorf("%q has host bits set: write %q", text, prefix.Masked()))
		}
	}
	return texts
}

func (d *decoder) span(v *strictjson.Value) *Range {
	var ends [2]uint64
	items := d.List(v, "range")
	if len(items) != len(ends) {
		d.Fail(v.Members[0].Value.Errorf(`"range" must have two numbers, the lowest and the highest value: write such as [1280, 9000]`))
		return nil
	}
	for i := range items {
		number, err := strconv.ParseUint(items[i].Text, 10, 64)
		if items[i].Kind != strictjson.Number || err != nil {
			d.Fail(items[i].Errorf(`"range" must have two whole numbers, not below 0`))
		}
		ends[i] = number
	}
	if ends[0] > ends[1] {
		d.Fail(v.Members[0].Value.Errorf(`"range" has its ends the wrong way round: write [%d, %d]`, ends[1], ends[0]))
	}
	return &Range{Low: ends[0], High: ends[1]}
}
