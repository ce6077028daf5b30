package lint

import (
	"net/netip"
	"reflect"
	"slices"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/rule"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

// rules finds rules that say nothing, and where some are missing.
func (c *check) rules(o object, l link) {
	list := o.value.Field("rules")
	switch {
	case l.variant != variant.Filter:
	case l.config.PodCommands == netconf.Ignore && len(l.config.Rules) > 0:
		c.add(ruleIdle, o.valuePlace("rules"), `"podCommands" is "ignore", so that no rule ever has a command to judge: take the rules away, or write another value`)
	case list == nil && l.config.PodCommands != netconf.Ignore:
		c.add(rulesMissing, o.valuePlace("type"), `without "rules" a pod may bring no command at all: add some, such as "rules": [{"allow": "read"}], or write "podCommands": "ignore"`)
	}
	for i, r := range l.config.Rules[:min(len(l.config.Rules), maxRules)] {
		before := slices.IndexFunc(l.config.Rules[:i], func(wider rule.Rule) bool { return covers(wider, r) })
		if before >= 0 {
			at := list.Items[i]
			c.add(ruleIdle, o.text.Span(at.Start, at.End), "rule #%d (%s) never decides: all that it allows, rule #%d (%s) allows already", i+1, r.Allow, before+1, l.config.Rules[before].Allow)
		}
	}
}

// maxRules bounds those that are compared with each other.
const maxRules = 500

// covers tells whether one rule admits all that another one does. It may say no
// where it cannot tell.
func covers(wider, r rule.Rule) bool {
	if wider.Read {
		return r.Read || allRead(r)
	}
	if r.Read || wider.Object != r.Object || !subset(r.Actions, wider.Actions) || !subset(wider.Require, r.Require) {
		return false
	}
	for _, arg := range r.Args {
		if limit, named := limitOf(wider, arg.Name); !named || !coversLimit(limit, arg.Limit) {
			return false
		}
	}
	for _, arg := range wider.Args { // what is left out may have a value, too
		if _, named := limitOf(r, arg.Name); !named && !reflect.ValueOf(arg.Limit).IsZero() {
			return false
		}
	}
	return true
}

func allRead(r rule.Rule) bool {
	return !slices.ContainsFunc(r.Actions, func(action string) bool {
		class, known := ipcmd.ClassOf(r.Object, action)
		return !known || class != ipcmd.Read
	})
}

func subset(inner, outer []string) bool {
	return !slices.ContainsFunc(inner, func(s string) bool { return !slices.Contains(outer, s) })
}

func limitOf(r rule.Rule, name string) (rule.Limit, bool) {
	i := slices.IndexFunc(r.Args, func(arg rule.ArgLimit) bool { return arg.Name == name })
	if i < 0 {
		return rule.Limit{}, false
	}
	return r.Args[i].Limit, true
}

func coversLimit(wider, l rule.Limit) bool {
	switch {
	case reflect.ValueOf(wider).IsZero():
		return true
	case wider.In != nil && l.In != nil:
		return subset(l.In, wider.In)
	case wider.Range != nil && l.Range != nil:
		return wider.Range.Low <= l.Range.Low && l.Range.High <= wider.Range.High
	case wider.CIDR != nil && l.CIDR != nil:
		return !slices.ContainsFunc(l.CIDR, func(text string) bool {
			return !slices.ContainsFunc(wider.CIDR, func(outer string) bool { return within(text, outer) })
		})
	}
	return false
}

func within(inner, outer string) bool {
	if inner == outer {
		return true
	}
	in, err := netip.ParsePrefix(inner)
	out, outErr := netip.ParsePrefix(outer)
	return err == nil && outErr == nil && out.Bits() <= in.Bits() && out.Contains(in.Addr())
}
