package format

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

const manifest = "kind: Pod\nmetadata:\n  annotations:\n    k8s.v1.cni.cncf.io/chainsaw: '[\"ip rout\"]'\n"

func sample() finding.Report {
	pod := &source.File{Name: "pods/web.yaml", Text: []byte(manifest)}
	at := strings.Index(manifest, "rout\"")
	annotations := strings.Index(manifest, "annotations")
	return finding.Report{
		Findings: []finding.Finding{
			{Rule: "idle-annotation", Severity: finding.Warning, Message: `no network has a "chainsaw" link`, At: source.Span{File: pod, Start: annotations, End: annotations + len("annotations")}},
			{Rule: "command", Severity: finding.Error, Message: "50% of it is\nwrong: \x1b[2J, <b>", At: source.Span{File: pod, Start: at, End: at + 4}},
			{Rule: "unreadable", Severity: finding.Error, Message: "permission denied", At: source.Span{File: &source.File{Name: "secret.yaml"}}},
		},
		Files:      []string{"net.yaml", "pods/web.yaml", "secret.yaml"},
		Documents:  2,
		PassedOver: map[string]int{"Service": 2, "ConfigMap": 1},
	}
}

func written(t *testing.T, format string, r finding.Report, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, format, r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestText(t *testing.T) {
	want := `pods/web.yaml:3:3: warning: no network has a "chainsaw" link [idle-annotation]
    3 |   annotations:
      |   ^~~~~~~~~~~
pods/web.yaml:4:40: error: 50% of it is\nwrong: \x1b[2J, <b> [command]
    4 |     k8s.v1.cni.cncf.io/chainsaw: '["ip rout"]'
      |                                        ^~~~
secret.yaml: error: permission denied [unreadable]

3 files, 2 documents, 3 of other kinds passed over (2 Service, 1 ConfigMap): 2 errors, 1 warning
`
	if got := written(t, "text", sample(), Options{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTextOfACleanRunIsItsSummary(t *testing.T) {
	want := "1 file, 1 document: no errors, no warnings\n"
	if got := written(t, "text", finding.Report{Files: []string{"a.yaml"}, Documents: 1}, Options{}); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTextIsColouredWhenAsked(t *testing.T) {
	got := written(t, "text", sample(), Options{Colour: true})
	for _, want := range []string{"\x1b[1mpods/web.yaml:4:40:\x1b[0m \x1b[1;31merror:\x1b[0m", "\x1b[1;33mwarning:\x1b[0m", "\x1b[1;32m"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestJSON(t *testing.T) {
	const want = `{
  "version": 1,
  "findings": [
    {
      "path": "secret.yaml",
      "severity": "error",
      "rule": "unreadable",
      "message": "permission denied"
    }
  ],
  "summary": {
    "files": 3,
    "documents": 2,
    "passedOver": {
      "ConfigMap": 1,
      "Service": 2
    },
    "errors": 1,
    "warnings": 0
  }
}
`
	r := sample()
	r.Findings = r.Findings[2:]
	if got := written(t, "json", r, Options{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJSONHasPlacesAndNoNulls(t *testing.T) {
	got := written(t, "json", sample(), Options{})
	if want := `"line": 4,
      "column": 40,
      "endLine": 4,
      "endColumn": 44,
      "severity": "error",`; !strings.Contains(got, want) {
		t.Errorf("%s is not in\n%s", want, got)
	}
	if got := written(t, "json", finding.Report{}, Options{}); strings.Contains(got, "null") {
		t.Errorf("null is in\n%s", got)
	}
}

func TestGitHub(t *testing.T) {
	const want = `::warning file=pods/web.yaml,line=3,endLine=3,col=3,endColumn=14,title=idle-annotation::no network has a "chainsaw" link
::error file=pods/web.yaml,line=4,endLine=4,col=40,endColumn=44,title=command::50%25 of it is\nwrong: \x1b[2J, <b>
::error file=secret.yaml,title=unreadable::permission denied
`
	if got := written(t, "github", sample(), Options{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A path is a hostile author's to choose.
func TestGitHubPathCannotForgeACommand(t *testing.T) {
	r := finding.Report{Findings: []finding.Finding{{Rule: "x", Severity: finding.Error, Message: "m", At: source.Span{File: &source.File{Name: "a,line=1::ok\n::stop-commands::x"}}}}}
	got := written(t, "github", r, Options{})
	if want := "::error file=a%2Cline=1%3A%3Aok\\n%3A%3Astop-commands%3A%3Ax,title=x::m\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestJUnit(t *testing.T) {
	for _, test := range []struct {
		strict   bool
		failures []int // of each case
	}{
		{false, []int{0, 1, 1}},
		{true, []int{0, 2, 1}},
	} {
		var read struct {
			Suite junitSuite `xml:"testsuite"`
		}
		text := written(t, "junit", sample(), Options{Strict: test.strict})
		if err := xml.Unmarshal([]byte(text), &read); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if read.Suite.Tests != 3 || read.Suite.Failures != 2 || len(read.Suite.Cases) != 3 {
			t.Errorf("strict %t: the counts are wrong:\n%s", test.strict, text)
		}
		for i, want := range test.failures {
			if got := len(read.Suite.Cases[i].Failures); got != want {
				t.Errorf("strict %t: %s has %d failures, want %d", test.strict, read.Suite.Cases[i].Name, got, want)
			}
		}
		if hasOut := strings.Contains(text, "<system-out>"); hasOut == test.strict {
			t.Errorf("strict %t: a warning stands in the output: %t\n%s", test.strict, hasOut, text)
		}
	}
}

func TestSARIFPlaces(t *testing.T) {
	for path, want := range map[string]string{
		"a/b c.yaml":   `"uri":"a/b%20c.yaml","uriBaseId":"%SRCROOT%"`,
		"/tmp/a.yaml":  `"uri":"file:///tmp/a.yaml"`,
		"./a.yaml":     `"uri":"a.yaml","uriBaseId":"%SRCROOT%"`,
		"x:y.yaml":     `"uri":"./x:y.yaml","uriBaseId":"%SRCROOT%"`,
		"a/%2e#?.yaml": `"uri":"a/%252e%23%3F.yaml","uriBaseId":"%SRCROOT%"`,
	} {
		got, err := json.Marshal(sarifPlace(place{Path: path}))
		if err != nil || string(got) != `{"artifactLocation":{`+want+`}}` {
			t.Errorf("%s: got %s (%v), want %s", path, got, err, want)
		}
	}
}

func TestUnknownFormatNamesTheKnown(t *testing.T) {
	err := Write(new(bytes.Buffer), "yaml", finding.Report{}, Options{})
	if err == nil || !strings.Contains(err.Error(), "text, json, junit, sarif, github") {
		t.Errorf("got %v", err)
	}
}
