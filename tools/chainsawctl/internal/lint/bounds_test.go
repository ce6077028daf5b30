package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

func has(found []finding.Finding, rule, message string) bool {
	return slices.ContainsFunc(found, func(f finding.Finding) bool {
		return f.Rule == rule && strings.Contains(f.Message, message)
	})
}

func podWith(annotations ...string) string {
	return "kind: Pod\nmetadata:\n  annotations:\n    " + strings.Join(annotations, "\n    ") + "\n"
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	var l Linter
	l.digest.held = maxHeld
	found := run(&l, file("a.yaml", podWith("k8s.v1.cni.cncf.io/networks: red")))
	if !has(found, tooLarge, "validate fewer files") || len(l.digest.pods) > 0 {
		t.Errorf("it holds %d pods, and says\n%s", len(l.digest.pods), shown(t, found))
	}
	if again := run(&l, file("b.yaml", podWith("k8s.v1.cni.cncf.io/networks: red"))); len(again) > 0 {
		t.Errorf("it says so again:\n%s", shown(t, again))
	}
}

// What is much too long is not judged to its end, and says so.
func TestHostileInputIsCutShort(t *testing.T) {
	const many, annotated = 70_000, 20_000
	commands := func(n int) string { return strings.TrimSuffix(strings.Repeat(`"ip route",`, n), ",") }
	network := func(plugin string) string {
		return "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata: {name: red}\nspec:\n  config: |\n    " +
			`{"cniVersion": "1.0.0", "name": "red", "plugins": [{"type": "bridge"}, ` + plugin + "]}\n"
	}
	var rules strings.Builder
	for i := range 5_000 {
		fmt.Fprintf(&rules, `{"allow": "route add", "args": {"to": {"cidr": ["10.%d.%d.0/24"]}}},`, i/256, i%256)
	}
	for name, test := range map[string]struct{ text, rule string }{
		"networks of a pod":   {podWith("k8s.v1.cni.cncf.io/networks: " + strings.Repeat("red,", annotated) + "red"), tooLarge},
		"a long annotation":   {podWith("k8s.v1.cni.cncf.io/networks: " + strings.Repeat("red,", many) + "red"), tooLarge},
		"commands of a pod":   {podWith("k8s.v1.cni.cncf.io/networks: red", "k8s.v1.cni.cncf.io/chainsaw: '["+commands(annotated)+"]'"), tooManyCommands},
		"default commands":    {network(`{"type": "chainsaw", "commands": [` + commands(many) + "]}"), tooManyCommands},
		"rules":               {network(`{"type": "chainsaw-filter", "rules": [` + strings.TrimSuffix(rules.String(), ",") + "]}"), ""},
		"things that go awry": {network(`{"type": "chainsaw", "commands": [` + strings.Repeat("7,", many) + "7]}"), configValue},
		"a monstrous number":  {network(`{"type": "tuning", "mtu": 1e999999999}, {"type": "chainsaw"}`), configValue},
	} {
		t.Run(name, func(t *testing.T) {
			found := run(&Linter{}, file("a.yaml", test.text))
			if test.rule != "" && !has(found, test.rule, "") || test.rule == "" && len(found) > 0 || len(found) > 2*maxSelected {
				t.Errorf("the %d findings are of %v", len(found), rulesOf(found))
			}
		})
	}
}

func rulesOf(found []finding.Finding) []string {
	var ids []string
	for _, f := range found {
		ids = append(ids, f.Rule)
	}
	return slices.Compact(ids)
}

func TestDecodeFindsAllAndKeepsPlaces(t *testing.T) {
	doc := `{"lookup": 7, "commands": ["ip route"], "onError": "warn", "podCommands": "append", "commandTimeout": "1h"}`
	config, wrong := decode([]byte(doc), variant.Exec)
	var places []string
	for _, err := range wrong {
		places = append(places, doc[err.Offset:err.Offset+wordLength(doc[err.Offset:])])
	}
	slices.Sort(places)
	if want := []string{`"1h"`, `"warn"`, "7"}; !slices.Equal(places, want) {
		t.Errorf("the places are %q, want %q", places, want)
	}
	if len(config.Commands) != 1 || config.PodCommands != "append" {
		t.Errorf("what is right was not read: %+v", config)
	}
}

func TestDecodeGivesUpOnWhatIsNoObject(t *testing.T) {
	if _, wrong := decode([]byte(`[]`), variant.Exec); len(wrong) != 1 {
		t.Errorf("%d mistakes were found", len(wrong))
	}
}

func TestEachProblemOfReadingHasItsRule(t *testing.T) {
	var l Linter
	for _, p := range []source.Problem{source.Unreadable, source.TooLarge, source.Syntax, source.DuplicateKey, source.NotFollowed} {
		f := l.Unread(&source.Error{Problem: p, Err: strictjson.DuplicateKey("x")})
		if f.Rule != strings.ReplaceAll(string(p), " ", "-") || f.Severity == 0 || f.Message == "" {
			t.Errorf("%s: got %+v", p, f)
		}
	}
}

func TestUnreadDocumentsDoNotConcernIt(t *testing.T) {
	for _, d := range []source.Document{{Kind: "Pod"}, {Kind: "Service", Root: &source.Node{Kind: source.Map}}} {
		if found, concerned := new(Linter).Check(d); concerned || len(found) > 0 {
			t.Errorf("%s: got %v, %v", d.Kind, found, concerned)
		}
	}
}
