package lookup

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

func TestChoosePlaces(t *testing.T) {
	policy := &nodepolicy.Policy{Sockets: []string{"/run/site.sock"}, Kubeconfigs: []string{"/etc/site/kubeconfig"}}
	for _, test := range []struct {
		name               string
		config             netconf.Config
		policy             *nodepolicy.Policy
		socket, kubeconfig string
		refused            string
	}{
		{"none named", netconf.Config{}, nil, daemon.SocketPath, "", ""},
		{"the original's socket means ours", netconf.Config{SocketPath: daemon.OriginalSocketPath}, nil, daemon.SocketPath, "", ""},
		{"a built-in kubeconfig", netconf.Config{Kubeconfig: BuiltIn.Kubeconfigs[1]}, nil, daemon.SocketPath, BuiltIn.Kubeconfigs[1], ""},
		{"a socket elsewhere", netconf.Config{SocketPath: "/run/site.sock"}, nil, "", "", `"socket_path" names "/run/site.sock"`},
		{"where a policy could name it", netconf.Config{SocketPath: "/run/site.sock"}, nil, "", "", "in " + nodepolicy.AdminPath + " or the ConfigMap"},
		{"a socket that the policy names", netconf.Config{SocketPath: "/run/site.sock"}, policy, "/run/site.sock", "", ""},
		{"a kubeconfig elsewhere", netconf.Config{Kubeconfig: "/tmp/kubeconfig"}, policy, "", "", `"kubeconfig" names "/tmp/kubeconfig"`},
		{"a kubeconfig that the policy names", netconf.Config{Kubeconfig: "/etc/site/kubeconfig"}, policy, daemon.SocketPath, "/etc/site/kubeconfig", ""},
		{"a detour to a built-in place", netconf.Config{Kubeconfig: "/tmp/../" + BuiltIn.Kubeconfigs[0]}, nil, "", "", `"kubeconfig" names`},
	} {
		t.Run(test.name, func(t *testing.T) {
			socket, kubeconfig, err := BuiltIn.Allow(test.policy).Choose(test.config)
			if test.refused != "" {
				coded, ok := errors.AsType[*cnierror.Error](err)
				if !ok || coded.Code != cnierror.InvalidConfig || !strings.Contains(err.Error(), test.refused) {
					t.Errorf("the error is %v", err)
				}
				return
			}
			if err != nil || socket != test.socket || kubeconfig != test.kubeconfig {
				t.Errorf("got %q, %q, %v", socket, kubeconfig, err)
			}
		})
	}
}

func TestChooseTakesTheFirstKubeconfigThatIsThere(t *testing.T) {
	there := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, got, err := Places{Kubeconfigs: []string{there + ".none", there}}.Choose(netconf.Config{})
	if err != nil || got != there {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestFindWithoutAnyPlaceSaysWhatToDo(t *testing.T) {
	f := Finder{
		Config: netconf.Config{SocketEnabled: true, Lookup: netconf.Required},
		Pod:    pod.Ref{Namespace: "default", Name: "web-0"},
		Socket: "/nowhere/chainsawd.sock",
	}
	_, _, err := f.Find(t.Context())
	coded, ok := errors.AsType[*cnierror.Error](err)
	if !ok || coded.Code != cnierror.TryAgainLater || !strings.Contains(err.Error(), "start chainsawd on this node") {
		t.Errorf("the error is %v", err)
	}
	f.Config.SocketEnabled = false
	if _, _, err = f.Find(t.Context()); err == nil || !strings.Contains(err.Error(), "no kubeconfig") || strings.Contains(err.Error(), "away") {
		t.Errorf("without a socket the error is %v", err)
	}
	f.Config.Lookup = netconf.Optional
	if w, note, err := f.Find(t.Context()); err != nil || w.Said || !strings.Contains(note, "default/web-0") {
		t.Errorf("optional: %+v, %q, %v", w, note, err)
	}
}

func TestFindTakesAnnotationsOfPodsOnly(t *testing.T) {
	f := Finder{Config: netconf.Config{PodAnnotations: map[string]string{pod.CommandsAnnotation: "ip route"}}}
	if w, _, err := f.Find(t.Context()); err != nil || w.Said {
		t.Errorf("where CNI_ARGS name no pod: %+v, %v", w, err)
	}
	f.Pod = pod.Ref{Namespace: "default", Name: "web-0"}
	if w, _, err := f.Find(t.Context()); err != nil || !w.Said {
		t.Errorf("of a pod: %+v, %v", w, err)
	}
}
