package judge

import (
	"errors"
	"strings"
	"testing"

	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/rule"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/token"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
)

const (
	inspectCap = `{"caps": [{"namespaces": ["*"], "variant": "chainsaw-inspect"}]}`
	filterCap  = `{"caps": [{"namespaces": ["*"], "variant": "chainsaw-filter"}]}`
	ruleCap    = `{"caps": [{"namespaces": ["*"], "variant": "chainsaw", "rules": [{"allow": "read"}, {"allow": "route add", "args": {"to": true, "dev": true}}]}]}`
	filterRule = `{"caps": [{"namespaces": ["*"], "variant": "chainsaw-filter", "rules": [{"allow": "read"}]}]}`

	routeRule = `[{"allow": "route add", "args": {"to": {"cidr": ["10.0.0.0/8"]}, "dev": {"in": ["CURRENT_INTERFACE"]}}}]`
)

func TestVerdicts(t *testing.T) {
	pod, own := wish.PodAnnotation, wish.Nowhere
	for _, test := range []struct {
		name    string
		variant variant.Variant
		rules   string
		policy  string
		from    wish.Source
		line    string
		want    string // what allowed it, or a part of the error
	}{
		{"chainsaw runs a read", variant.Exec, "", "", pod, "ip route", "by chainsaw"},
		{"chainsaw runs a change", variant.Exec, "", "", pod, "ip link set CURRENT_INTERFACE mtu 1400", "by chainsaw"},
		{"chainsaw lets nothing out", variant.Exec, "", "", own, "ip netns exec x id", "network namespace"},
		{"inspect runs a read", variant.Inspect, "", "", pod, "ip -d link show", "by chainsaw-inspect"},
		{"inspect runs no change", variant.Inspect, "", "", pod, "ip link set net1 up", "runs only commands that read"},
		{"inspect runs no change of the network either", variant.Inspect, "", "", own, "ip link set net1 up", "runs only commands that read"},
		{"inspect asks no name server", variant.Inspect, "", "", pod, "ip -r neigh", "leave -resolve away"},
		{"filter runs what a rule allows", variant.Filter, routeRule, "", pod, "ip ro a 10.1.0.0/16 dev net1", "by rule #1 (route add)"},
		{"filter refuses the rest", variant.Filter, routeRule, "", pod, "ip link set net1 up", "the rules of this network do not allow it: no rule is about"},
		{"filter without rules refuses everything", variant.Filter, "", "", pod, "ip route", "there are no rules"},
		{"filter binds cni-args", variant.Filter, routeRule, "", wish.CNIArgs, "ip link set net1 up", "do not allow it"},
		{"filter does not bind the network's own", variant.Filter, "", "", own, "ip link set net1 up", "by chainsaw-filter"},

		{"a cap at inspect allows a read", variant.Exec, "", inspectCap, pod, "ip route", "by chainsaw"},
		{"a cap at inspect refuses a change", variant.Exec, "", inspectCap, pod, "ip link set net1 up", "the node's policy caps this namespace at chainsaw-inspect"},
		{"a cap at inspect binds the network's own", variant.Filter, "", inspectCap, own, "ip link set net1 up", "caps this namespace"},
		{"a cap at filter closes a network without rules to pods", variant.Exec, "", filterCap, pod, "ip route", "make it a chainsaw-filter with rules"},
		{"a cap at filter leaves the network's own", variant.Exec, "", filterCap, own, "ip link set net1 up", "by chainsaw"},
		{"a cap at filter leaves a network its rules", variant.Filter, routeRule, filterCap, pod, "ip ro a 10.1.0.0/16 dev net1", "by rule #1"},
		{"the rules of a cap at filter serve a network without rules", variant.Exec, "", filterRule, pod, "ip route", "by chainsaw"},
		{"a cap's rules bind the network's own", variant.Exec, "", ruleCap, own, "ip link set net1 up", "the node's policy does not allow it"},
		{"a cap's rules bind the pod", variant.Exec, "", ruleCap, pod, "ip route add 10.0.0.0/8 dev net1", "by chainsaw"},
		{"both rules must allow", variant.Filter, routeRule, filterRule, pod, "ip ro a 10.1.0.0/16 dev net1", "the node's policy does not allow it"},

		{"white space separates", variant.Exec, "", "", pod, " \tip   route\n", "by chainsaw"},
		{"the leading ip is optional", variant.Exec, "", "", pod, "route", "by chainsaw"},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := Judge{Variant: test.variant, Rules: rules(t, test.rules), Caps: caps(t, test.policy), Tokens: token.Values{Interface: "net1"}}
			judged, err := j.All([]merge.Line{{Text: test.line, Origin: merge.Origin{Source: test.from, Number: 1}}})
			got := "by " + judged[0].By
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, test.want) || (err == nil) != strings.HasPrefix(test.want, "by ") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAllJudgesEveryLineAndNamesTheFirstRefused(t *testing.T) {
	j := Judge{Variant: variant.Inspect, Tokens: token.FromResult("net1", &types100.Result{})}
	judged, err := j.All([]merge.Line{
		{Text: "ip route", Origin: merge.Origin{Number: 1}},
		{Text: "ip l s net1 up", Origin: merge.Origin{Source: wish.PodAnnotation, Number: 1}},
		{Text: "ip addr add CURRENT_IPV4 dev net1", Origin: merge.Origin{Source: wish.PodAnnotation, Number: 2}},
	})
	want := "refused `ip link set dev net1 up` (pod annotation #1): it changes the netns"
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("the error is %v, want %s ...", err, want)
	}
	if judged[0].Err != nil || judged[1].Err == nil || judged[2].Err == nil {
		t.Errorf("the verdicts are %v, %v, %v", judged[0].Err, judged[1].Err, judged[2].Err)
	}
}

func TestCodes(t *testing.T) {
	j := Judge{Variant: variant.Exec, Tokens: token.FromResult("net1", &types100.Result{})}
	for line, want := range map[string]cnierror.Code{
		"ip netns exec x id":            cnierror.Refused,
		"ip frobnicate":                 cnierror.Refused,
		"ip addr add CURRENT_IPV4":      cnierror.Malformed,
		"ip link add CURRENT_WHATEVER":  cnierror.Malformed,
		"ip link show\nip netns exec x": cnierror.Malformed,
	} {
		_, err := j.All([]merge.Line{{Text: line}})
		var coded *cnierror.Error
		if !errors.As(err, &coded) || coded.Code != want {
			t.Errorf("%q: the error is %v, want code %d", line, err, want)
		}
	}
}

func TestNameHidesSecretsAndCutsWhatWasNotUnderstood(t *testing.T) {
	j := Judge{Variant: variant.Inspect, Tokens: token.Values{}}
	judged, err := j.All([]merge.Line{
		{Text: "ip xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp spi 1 enc aes 0x00112233445566778899aabbccddeeff"},
		{Text: "ip " + strings.Repeat("x", 1000)},
	})
	if err == nil || strings.Contains(err.Error(), "00112233") {
		t.Errorf("the error is %v", err)
	}
	if name := judged[1].Name(); len(name) > 150 {
		t.Errorf("the name has %d bytes", len(name))
	}
}

func TestRefusalsDoNotQuoteSecrets(t *testing.T) {
	j := Judge{Variant: variant.Exec, Tokens: token.Values{}}
	for _, line := range []string{
		"ip macsec add macsec0 tx sa 0 pn 1 on key 01 deadbeef000",           // an odd number of digits
		"ip macsec add macsec0 tx sa 0 pn 1 on salt deadbeef000 key 01 feed", // not a salt
		"ip xfrm state add src 10.0.0.1 enc cbc(aes) feed 0xdeadbeef000000000000000000000000",
		"ip macsec add macsec0 tx sa 0 key 01 " + strings.Repeat("deadbeef", 200), // too long for a word
	} {
		_, err := j.All([]merge.Line{{Text: line}})
		if err == nil || strings.Contains(err.Error(), "deadbeef") {
			t.Errorf("%s: the error is %v", line, err)
		}
	}
}

func TestNamesAreShort(t *testing.T) {
	j := Judge{Variant: variant.Inspect, Tokens: token.Values{}}
	_, err := j.All([]merge.Line{{Text: "ip route add default" + strings.Repeat(" nexthop via 192.0.2.1", 100)}})
	if err == nil || len(err.Error()) > 400 || !strings.Contains(err.Error(), "it changes the netns") {
		t.Errorf("the error is %v", err)
	}
}

func rules(t *testing.T, text string) []rule.Rule {
	t.Helper()
	if text == "" {
		return nil
	}
	list, err := strictjson.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := rule.Decode(&list)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

func caps(t *testing.T, text string) []nodepolicy.Cap {
	t.Helper()
	if text == "" {
		return nil
	}
	policy, err := nodepolicy.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return policy.Caps
}
