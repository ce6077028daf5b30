package machine

import (
	"strings"
	"testing"
)

func TestOptionsNameWhatThereIs(t *testing.T) {
	for _, test := range []struct{ containerd, kubernetes, want string }{
		{"2", "", ""},
		{"1.6", "", ""},
		{"1.7", "", `there is no containerd "1.7" here: use 1.6 or 2`},
		{"2", "1.2", `there is no Kubernetes "1.2" here: use `},
	} {
		t.Setenv("KUBERNETES", test.kubernetes)
		said := ""
		if err := (Options{Containerd: test.containerd}).Check(); err != nil {
			said = err.Error()
		}
		if !strings.HasPrefix(said, test.want) || test.want == "" && said != "" {
			t.Errorf("containerd %q and Kubernetes %q are answered by %q, want %q", test.containerd, test.kubernetes, said, test.want)
		}
	}
}
