package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned/rootownedtest"
)

// plain is a kubeconfig in which tests replace one thing at a time.
const plain = `
apiVersion: v1
kind: Config
current-context: here
contexts:
- {name: here, context: {cluster: ours, user: reader}}
- {name: other, context: {cluster: theirs, user: admin}}
clusters:
- {name: ours, cluster: {server: "https://192.0.2.1:6443", certificate-authority: ca.crt}}
- {name: theirs, cluster: {server: "http://192.0.2.2", proxy-url: "http://192.0.2.3"}}
users:
- {name: reader, user: {token: in-place}}
- {name: admin, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/true, interactiveMode: Never}}}
`

func TestConfigureTakesTheCurrentContextAlone(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://proxy.example")
	path := writeKubeconfig(t, "in-place", "in-place")
	config, err := configure(path)
	if err != nil {
		t.Fatal(err)
	}
	if config.Host != "https://192.0.2.1:6443" || string(config.CAData) != "a CA" || config.BearerToken != "in-place" {
		t.Errorf("got %s with CA %q and token %q", config.Host, config.CAData, config.BearerToken)
	}
	if config.ExecProvider != nil || config.CAFile != "" || config.BearerTokenFile != "" {
		t.Error("client-go is left something to run or to open")
	}
	if proxy, err := config.Proxy(nil); proxy != nil || err != nil {
		t.Errorf("the proxy is %v, %v; want none, whatever the environment says", proxy, err)
	}
}

func TestConfigureReadsFilesBesideIt(t *testing.T) {
	path := writeKubeconfig(t, "token: in-place", "tokenFile: token, client-certificate: sub/crt, client-key: ./sub/../key")
	folder := filepath.Dir(path)
	write(t, filepath.Join(folder, "token"), "from a file\n", 0o600)
	write(t, filepath.Join(folder, "key"), "a key", 0o600)
	if err := os.Mkdir(filepath.Join(folder, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "sub", "crt"), "a certificate", 0o600)
	config, err := configure(path)
	if err != nil {
		t.Fatal(err)
	}
	if config.BearerToken != "from a file" || string(config.KeyData) != "a key" || string(config.CertData) != "a certificate" {
		t.Errorf("got token %q, key %q, certificate %q", config.BearerToken, config.KeyData, config.CertData)
	}
}

func TestConfigureRefuses(t *testing.T) {
	for name, test := range map[string]struct{ old, new, says string }{
		"exec":                           {"token: in-place", "exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/true, interactiveMode: Never}", "sets exec"},
		"exec beside a token":            {"in-place", "in-place, exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/true, interactiveMode: Never}", "sets exec"},
		"auth-provider":                  {"token: in-place", "auth-provider: {name: gcp}", "sets auth-provider"},
		"a user name":                    {"token: in-place", "username: admin", "sets username or password"},
		"a password":                     {"token: in-place", "password: x", "sets username or password"},
		"impersonation":                  {"in-place", "in-place, as: admin", "sets as,"},
		"impersonation of a UID":         {"in-place", "in-place, as-uid: 6f1c", "sets as,"},
		"impersonation of a group":       {"in-place", "in-place, as-groups: [system:masters]", "sets as,"},
		"impersonation with extras":      {"in-place", "in-place, as-user-extra: {a: [b]}", "sets as,"},
		"a proxy":                        {"certificate-authority: ca.crt", "proxy-url: http://192.0.2.3", "sets proxy-url"},
		"no verification":                {"certificate-authority: ca.crt", "insecure-skip-tls-verify: true", "sets insecure-skip-tls-verify"},
		"http":                           {"https://", "http://", "no https:// URL"},
		"a server without scheme":        {"https://192.0.2.1:6443", "192.0.2.1:6443", "no https:// URL"},
		"a server without host":          {"https://192.0.2.1:6443", "https:///x", "no https:// URL"},
		"no current context":             {"current-context: here", "", `current-context ""`},
		"a context that is not there":    {"current-context: here", "current-context: there", `"there"`},
		"a cluster that is not there":    {"cluster: ours", "cluster: hours", `"hours"`},
		"a user that is not there":       {"user: reader", "user: rider", `"rider"`},
		"a token file elsewhere":         {"token: in-place", "tokenFile: /etc/shadow", "/etc/shadow is not in"},
		"a token file above":             {"token: in-place", "tokenFile: ../token", "token is not in"},
		"a CA elsewhere":                 {"certificate-authority: ca.crt", "certificate-authority: /etc/hostname", "certificate-authority: /etc/hostname is not in"},
		"a certificate elsewhere":        {"token: in-place", "client-certificate: /etc/hostname", "client-certificate: /etc/hostname is not in"},
		"a key elsewhere":                {"token: in-place", "client-key: /etc/hostname", "client-key: /etc/hostname is not in"},
		"a token file that is missing":   {"token: in-place", "tokenFile: missing", "no such file"},
		"a token file of everybody's":    {"token: in-place", "tokenFile: open", "writable by everyone"},
		"a token file that is a FIFO":    {"token: in-place", "tokenFile: fifo", "no regular file"},
		"a token file that is a folder":  {"token: in-place", "tokenFile: .", "no regular file"},
		"an endless token file":          {"token: in-place", "tokenFile: large", "more than 1048576 bytes"},
		"a token in place and in a file": {"in-place", "in-place, tokenFile: open", "tokenFile: it is given twice"},
		"what is no kubeconfig":          {"kind: Config", "kind: Pod", "decoding it"},
		"what is no YAML":                {"apiVersion: v1", "\t{", "decoding it"},
		"a kubeconfig that is too large": {"apiVersion", strings.Repeat("# a comment\n", 1<<17) + "apiVersion", "more than 1048576 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeKubeconfig(t, test.old, test.new)
			folder := filepath.Dir(path)
			write(t, filepath.Join(folder, "open"), "x", 0o666)
			write(t, filepath.Join(folder, "large"), strings.Repeat("x", maxFile+1), 0o600)
			if err := unix.Mkfifo(filepath.Join(folder, "fifo"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := configure(path)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want an error with %q", err, test.says)
			}
		})
	}
}

func TestConfigureRefusesTheFileItself(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(path string) error
		says  string
	}{
		"writable by everyone":           {func(path string) error { return os.Chmod(path, 0o602) }, "writable by everyone"},
		"writable by a group":            {func(path string) error { return os.Chmod(path, 0o620) }, "writable by group"},
		"in a folder of everybody's":     {func(path string) error { return os.Chmod(filepath.Dir(path), 0o777) }, "writable by everyone"},
		"a link to one that is writable": {linkToOpen, "writable by everyone"},
		"a FIFO":                         {func(path string) error { return replace(path, func() error { return unix.Mkfifo(path, 0o600) }) }, "no regular file"},
		"not there":                      {os.Remove, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeKubeconfig(t, "", "")
			if err := test.spoil(path); err != nil {
				t.Fatal(err)
			}
			_, err := configure(path)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want an error with %q", err, test.says)
			}
		})
	}
}

func linkToOpen(path string) error {
	target := path + ".target"
	if err := os.Rename(path, target); err != nil {
		return err
	}
	if err := os.Chmod(target, 0o666); err != nil {
		return err
	}
	return os.Symlink(target, path)
}

func replace(path string, with func() error) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return with()
}

// writeKubeconfig writes the plain one with something replaced, and its CA.
func writeKubeconfig(t *testing.T, old, with string) string {
	t.Helper()
	if !strings.Contains(plain, old) {
		t.Fatalf("%q is not in the plain kubeconfig", old)
	}
	folder := rootownedtest.Folder(t)
	path := filepath.Join(folder, "chainsaw.kubeconfig")
	write(t, path, strings.Replace(plain, old, with, 1), 0o600)
	write(t, filepath.Join(folder, "ca.crt"), "a CA", 0o644)
	return path
}

func write(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
}
