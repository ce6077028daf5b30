package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/chainsaw-cni/chainsaw/shared/device"
	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/rule"
)

// cniKeys are the keys of the CNI specification that the plugins read beside
// their own.
var cniKeys = []string{"cniVersion", "name", "type", "prevResult", "args", "runtimeConfig"}

// words are the definitions that other packages have the facts for.
func words() definitions {
	return definitions{
		"pluginKeys":  exactly(slices.Concat(netconf.Keys, cniKeys)...),
		"argsKeys":    exactly("cni"),
		"cniArgsKeys": exactly("chainsaw"),
		"allow":       allow(),
		"argument":    argument(),
		"item":        item(),
	}
}

// exactly is the schema of keys that may be any, but if they are one of these,
// then not in another case: Go's own decoder, and so other readers of the
// document, would take "podcommands" for "podCommands".
func exactly(keys ...string) json.RawMessage {
	folded := make([]string, len(keys))
	for i, key := range keys {
		folded[i] = anyCase(key)
	}
	return object(
		member{"description", text("A key that differs from one of the plugin's only by case is refused.")},
		member{"if", object(member{"pattern", text("^(?:" + strings.Join(folded, "|") + ")$")})},
		member{"then", object(member{"enum", texts(keys)}, member{"errorMessage", text("Write the key exactly as it is documented: its upper and lower case count.")})},
	)
}

// anyCase is the pattern of a word in any case, as Unicode folds it: K is also
// the sign of the unit kelvin, and s the long s of old print.
func anyCase(word string) string {
	var pattern strings.Builder
	for _, letter := range word {
		switch lower := unicode.ToLower(letter); lower {
		case unicode.ToUpper(letter): // no letter
			pattern.WriteRune(letter)
		case 'k':
			pattern.WriteString("[kK\u212a]")
		case 's':
			pattern.WriteString("[sS\u017f]")
		default:
			fmt.Fprintf(&pattern, "[%c%c]", lower, unicode.ToUpper(letter))
		}
	}
	return pattern.String()
}

// allow is what may stand in the "allow" of a rule: "read", or one of the
// objects of ip with some of its actions.
func allow() json.RawMessage {
	choices := []json.RawMessage{object(member{"const", text("read")})}
	for _, name := range ipcmd.Objects() {
		actions := ipcmd.Actions(name)
		one := spelled(actions)
		choices = append(choices, object(
			member{"pattern", text(fmt.Sprintf(`^%s %s(?:\|%s)*$`, spelled([]string{name}), one, one))},
			member{"examples", texts([]string{name + " " + strings.Join(actions, "|")})},
		))
	}
	return object(
		member{"description", text(`What the rule is about: "read" (every command that only reads), or an object of ip and its actions with | between, such as "route add|replace|del". The words are in full or as ip's manual shortens them.`)},
		member{"type", text("string")},
		member{"anyOf", list(choices)},
		member{"errorMessage", text(`Write "read", or an object of ip and its actions, such as "route add|del".`)},
		member{"examples", texts([]string{"read", "route add|replace|del", "address add|del", "link set", "rule add|del", "neighbour add|replace|del"})},
	)
}

// spelled is the pattern of these words, as a rule may write them.
func spelled(names []string) string {
	var all []string
	for _, name := range names {
		for _, spelling := range rule.Spellings(name) {
			all = append(all, regexp.QuoteMeta(spelling))
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return "(?:" + strings.Join(all, "|") + ")"
}

// argument is the name of an argument or option of any command.
func argument() json.RawMessage {
	names := ipcmd.OptionNames()
	for _, object := range ipcmd.Objects() {
		for _, action := range ipcmd.Actions(object) {
			names = append(names, ipcmd.ArgNames(object, action)...)
		}
	}
	slices.Sort(names)
	return object(
		member{"description", text(`The name of an argument as ip writes it in full, such as "to", "via", "dev" or "mtu", or of an option with its dash, such as "-6".`)},
		member{"type", text("string")},
		member{"enum", texts(slices.Compact(names))},
		member{"errorMessage", text("No command of ip has an argument or option of this name.")},
	)
}

// item is what the node's policy may permit.
func item() json.RawMessage {
	var names, descriptions []string
	for _, item := range device.Items() {
		names = append(names, string(item))
		descriptions = append(descriptions, item.Description())
	}
	return object(
		member{"description", text("One thing that the state check refuses otherwise.")},
		member{"type", text("string")},
		member{"enum", texts(names)},
		member{"enumDescriptions", texts(descriptions)},
	)
}

// member is one key of a schema; a map would lose the order.
type member struct {
	key   string
	value json.RawMessage
}

func object(members ...member) json.RawMessage {
	parts := make([]string, len(members))
	for i, m := range members {
		parts[i] = fmt.Sprintf("%q: %s", m.key, m.value)
	}
	return json.RawMessage("{" + strings.Join(parts, ", ") + "}")
}

func list(values []json.RawMessage) json.RawMessage {
	parts := make([]string, len(values))
	for i, value := range values {
		parts[i] = string(value)
	}
	return json.RawMessage("[" + strings.Join(parts, ", ") + "]")
}

// text quotes so that letters which look like others are seen to be others.
func text(s string) json.RawMessage { return json.RawMessage(strconv.QuoteToASCII(s)) }

func texts(words []string) json.RawMessage {
	quoted := make([]json.RawMessage, len(words))
	for i, word := range words {
		quoted[i] = text(word)
	}
	return list(quoted)
}
