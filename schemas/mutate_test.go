package schemas_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
)

// Keys and values that mutations put in, in the right place and in the wrong.
var (
	dictionaryKeys = []string{
		"type", "commands", "podCommands", "rules", "onError", "lookup", "commandTimeout", "kubeconfig",
		"socket_enabled", "socket_path", "cniVersion", "name", "prevResult", "args", "runtimeConfig", "capabilities",
		"cni", "chainsaw", "io.kubernetes.cri.pod-annotations", "k8s.v1.cni.cncf.io/chainsaw", "net1", "*", "",
		"allow", "require", "cidr", "in", "range", "to", "dev", "mtu", "table", "up", "-6", "via inet6",
		"caps", "kubeconfigs", "sockets", "namespaces", "variant", "permit", "foo",
	}
	dictionaryValues = []string{
		`null`, `true`, `false`, `0`, `1`, `-1`, `-0`, `1.0`, `1.5`, `1e3`, `18446744073709551615`, `18446744073709551616`,
		`""`, `" "`, `"ip route"`, `"[\"ip route\"]"`, `"[1]"`, `"\"ip route\""`, `"{}"`, `"["`, `" [ ]"`, `"\u00a0[]"`,
		`"chainsaw"`, `"chainsaw-inspect"`, `"chainsaw-filter"`, `"bridge"`, `"replace"`, `"ignore"`, `"continue"`, `"optional"`,
		`"5s"`, `"1m"`, `"99ms"`, `"30000ms"`, `"+0.5m"`, `"1s1s"`, `"5\u00b5s"`, `"5."`, `".s"`, `"1e3ms"`,
		`"read"`, `"route add|del"`, `"link set"`, `"xfrm state add"`, `"addr list"`, `"to"`, `"dev"`, `"txqueuelen"`,
		`"10.0.0.0/8"`, `"10.1.0.0/8"`, `"::/0"`, `"::ffff:10.0.0.0/104"`, `"1.2.3.4"`, `"fe80::1%x"`, `"CURRENT_CIDR4"`, `"CURRENT_"`,
		`"net-*"`, `"/etc/k"`, `"/"`, `"/.."`, `"host-backed-type"`, `"1.0.0"`, `"0.1.0"`, `"9.9.9"`,
		`[]`, `{}`, `[[]]`, `[{}]`, `["ip route"]`, `[1, 2]`, `[2, 1]`, `["read"]`, `{"net1": []}`, `{"cidr": ["::/0"]}`, `{"in": ["x"]}`,
		`{"range": [1, 2]}`, `{"allow": "read"}`, `{"allow": "route add", "args": {"to": true}}`,
		`{"namespaces": ["*"], "variant": "chainsaw"}`, `{"cni": {"chainsaw": ["ip route"]}}`, `{"cniVersion": "1.0.0", "ips": []}`,
	}
	dictionaryLetters = []rune("aZ09 |/.:-*_\"[]{}\n\u00a0\u00b5\u017f")
)

// mutate changes a document by edits of four bytes: which value, how, and with
// what. A document that is no JSON is left as it is.
func mutate(doc, edits []byte) []byte {
	root, err := strictjson.Parse(doc)
	if err != nil || len(edits) < 4 {
		return doc
	}
	for ; len(edits) >= 4; edits = edits[4:] {
		values := collect(&root, nil)
		edit(values[int(edits[0])%len(values)], edits[1], int(edits[2]), int(edits[3]))
	}
	return render(nil, &root)
}

// collect lists a value and all inside it.
func collect(v *strictjson.Value, all []*strictjson.Value) []*strictjson.Value {
	all = append(all, v)
	for i := range v.Items {
		all = collect(&v.Items[i], all)
	}
	for i := range v.Members {
		all = collect(&v.Members[i].Value, all)
	}
	return all
}

func edit(v *strictjson.Value, how byte, with, which int) {
	value, _ := strictjson.Parse([]byte(dictionaryValues[with%len(dictionaryValues)]))
	key := dictionaryKeys[which%len(dictionaryKeys)]
	members, items := len(v.Members), len(v.Items)
	switch how % 8 {
	case 0:
		*v = value
	case 1:
		v.Text = editText(v.Text, with, which)
	case 2:
		v.Members = append(v.Members, strictjson.Member{Key: key, Value: value}) // counts for an object
		v.Items = append(v.Items, value)                                         // counts for a list
	case 3:
		if members > 0 {
			v.Members[with%members].Key = key
		}
	case 4:
		if members > 0 {
			m := &v.Members[with%members]
			m.Key = editText(m.Key, with, which)
		}
	case 5:
		if members > 0 {
			v.Members = v.Members[:members-1]
		} else if items > 0 {
			v.Items = v.Items[:items-1]
		}
	case 6:
		*v = strictjson.Value{Kind: strictjson.List, Items: []strictjson.Value{*v}}
	default:
		*v = strictjson.Value{Kind: strictjson.Object, Members: []strictjson.Member{{Key: key, Value: *v}}}
	}
}

// editText changes one letter of a text: its case as Unicode folds it, or the
// letter itself, or that it is there.
func editText(text string, how, at int) string {
	letters := []rune(text)
	if len(letters) == 0 {
		return string(dictionaryLetters[how%len(dictionaryLetters)])
	}
	at %= len(letters)
	letter := letters[at]
	head, tail := string(letters[:at]), string(letters[at+1:])
	switch how % 4 {
	case 0:
		return head + string(unicode.SimpleFold(letter)) + tail
	case 1:
		return head + tail
	case 2:
		return head + string(letter) + string(dictionaryLetters[how/4%len(dictionaryLetters)]) + tail
	}
	return head + string(dictionaryLetters[how/4%len(dictionaryLetters)]) + tail
}

func render(out []byte, v *strictjson.Value) []byte {
	switch v.Kind {
	case strictjson.Object:
		parts := make([]string, len(v.Members))
		for i := range v.Members {
			parts[i] = quote(v.Members[i].Key) + ":" + string(render(nil, &v.Members[i].Value))
		}
		return fmt.Appendf(out, "{%s}", strings.Join(parts, ","))
	case strictjson.List:
		parts := make([]string, len(v.Items))
		for i := range v.Items {
			parts[i] = string(render(nil, &v.Items[i]))
		}
		return fmt.Appendf(out, "[%s]", strings.Join(parts, ","))
	case strictjson.String:
		return append(out, quote(v.Text)...)
	case strictjson.Number:
		return append(out, v.Text...)
	case strictjson.Bool:
		return fmt.Append(out, v.True)
	}
	return append(out, "null"...)
}

func quote(s string) string {
	quoted, _ := json.Marshal(s) // a string always can
	return string(quoted)
}
