package pod

import (
	"strings"
	"testing"
)

const uid = "6f1c9a52-38c1-4a0c-9d5e-0a4c3f1d2b3a"

func TestFromArgsReads(t *testing.T) {
	web := Ref{Namespace: "default", Name: "web-0", UID: uid}
	long := strings.Repeat("a", 200)
	for name, test := range map[string]struct {
		args string
		want Ref
	}{
		"nothing":                   {"", Ref{}},
		"no pod (podman, cnitool)":  {"IgnoreUnknown=1;FOO=bar", Ref{}},
		"a name without namespace":  {"K8S_POD_NAME=web-0;K8S_POD_UID=" + uid, Ref{}},
		"a namespace without name":  {"K8S_POD_NAMESPACE=default", Ref{}},
		"containerd, any order":     {"K8S_POD_UID=" + uid + ";K8S_POD_NAME=web-0;K8S_POD_INFRA_CONTAINER_ID=0f;IgnoreUnknown=1;K8S_POD_NAMESPACE=default", web},
		"no UID (old runtimes)":     {"K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0", Ref{Namespace: "default", Name: "web-0"}},
		"Multus: the last key wins": {"K8S_POD_NAME=old;K8S_POD_NAMESPACE=x;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0;K8S_POD_UID=" + uid, web},
		"a trailing semicolon":      {"K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0;K8S_POD_UID=" + uid + ";", web},
		"a value with an equals":    {"FOO=a=b;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0;K8S_POD_UID=" + uid, web},
		"dots in a name":            {"K8S_POD_NAMESPACE=a;K8S_POD_NAME=kube-proxy-10.0.0.1.example", Ref{Namespace: "a", Name: "kube-proxy-10.0.0.1.example"}},
		"a label of 200 characters": {"K8S_POD_NAMESPACE=a;K8S_POD_NAME=" + long, Ref{Namespace: "a", Name: long}},
		"a static pod's hash":       {"K8S_POD_NAMESPACE=a;K8S_POD_NAME=b;K8S_POD_UID=0c5b7a2b9b4dbde7d6e9a1f0b1c2d3e4", Ref{"a", "b", "0c5b7a2b9b4dbde7d6e9a1f0b1c2d3e4"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := FromArgs(test.args)
			if err != nil || got != test.want {
				t.Errorf("FromArgs(%q) = %+v, %v; want %+v", test.args, got, err, test.want)
			}
			if got.Named() != (test.want.Name != "") {
				t.Errorf("Named() = %t for %+v", got.Named(), got)
			}
		})
	}
}

func TestFromArgsRefuses(t *testing.T) {
	pod := func(namespace, name, uid string) string {
		return "K8S_POD_NAMESPACE=" + namespace + ";K8S_POD_NAME=" + name + ";K8S_POD_UID=" + uid
	}
	for name, test := range map[string]struct{ args, says string }{
		"a word without equals":      {"K8S_POD_NAME=a;nonsense;FOO=1", `"nonsense"`},
		"a pair without key":         {"=value", `"=value"`},
		"a path as name":             {pod("a", "../../secrets/x", ""), `"../../secrets/x"`},
		"a query as name":            {pod("a", "b?watch=1", ""), `"b?watch=1"`},
		"an empty label":             {pod("a", "b..c", ""), `"b..c"`},
		"a hyphen at the end":        {pod("a", "b-", ""), `"b-"`},
		"capitals":                   {pod("a", "Web", ""), `"Web"`},
		"a name of 254 characters":   {pod("a", strings.Repeat("a", 254), ""), "not a DNS subdomain"},
		"a dot in a namespace":       {pod("a.b", "c", ""), `"a.b"`},
		"a namespace of 64":          {pod(strings.Repeat("a", 64), "c", ""), "not a DNS label"},
		"a newline in a UID":         {pod("a", "b", "x\ny"), `"x\ny"`},
		"a UID of 65":                {pod("a", "b", strings.Repeat("a", 65)), "UID"},
		"what reverses text, quoted": {pod("a", "b\u202ec", ""), `"b\u202ec"`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := FromArgs(test.args)
			if err == nil || got != (Ref{}) {
				t.Fatalf("FromArgs(%q) = %+v, %v; want an error and no pod", test.args, got, err)
			}
			if !strings.Contains(err.Error(), test.says) || len(err.Error()) > 200 {
				t.Errorf("the error is %q; want it short and naming %s", err, test.says)
			}
		})
	}
}

func TestString(t *testing.T) {
	if got := (Ref{Namespace: "a", Name: "b", UID: "c"}).String(); got != "a/b" {
		t.Errorf("String() = %q", got)
	}
	if got := (Ref{UID: "c"}).String(); got != "" {
		t.Errorf("String() of no pod = %q", got)
	}
}

func TestIsMeant(t *testing.T) {
	mirror := map[string]string{MirrorAnnotation: uid}
	for name, test := range map[string]struct {
		meant       string
		found       string
		annotations map[string]string
		want        bool
	}{
		"by its UID":                             {uid, uid, nil, true},
		"another of the same name":               {uid, "later", nil, false},
		"the mirror of a static pod":             {uid, "mirror", mirror, true},
		"the mirror of another static pod":       {"0c5b7a2b", "mirror", mirror, false},
		"anybody, for a runtime without UIDs":    {"", uid, mirror, true},
		"a mirror that does not say whose it is": {uid, "mirror", map[string]string{MirrorAnnotation: ""}, false},
	} {
		if got := (Ref{Namespace: "a", Name: "b", UID: test.meant}).IsMeant(test.found, test.annotations); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestOurAnnotations(t *testing.T) {
	got := OurAnnotations(map[string]string{CommandsAnnotation: "", "example.com/password": "secret"})
	if _, found := got[CommandsAnnotation]; !found || len(got) != 1 {
		t.Errorf("got %q, want the empty commands alone", got)
	}
	if got := OurAnnotations(nil); got == nil || len(got) > 0 {
		t.Errorf("of none it makes %#v", got)
	}
}

func FuzzFromArgs(f *testing.F) {
	f.Add("K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0;K8S_POD_UID=" + uid)
	f.Add("K8S_POD_NAMESPACE=a;K8S_POD_NAME=../b;=;x")
	f.Fuzz(func(t *testing.T, args string) {
		r, err := FromArgs(args)
		if err != nil && r != (Ref{}) {
			t.Errorf("%+v along with %v", r, err)
		}
		if strings.ContainsAny(r.Namespace+r.Name+r.UID, "/?%#\\ \n\x00") {
			t.Errorf("%+v was accepted", r)
		}
	})
}
