package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

// fleet is all the chainsawds, in the order of their nodes.
type fleet struct {
	program, home string
	way           *meter
	members       []*member
}

type member struct {
	home    string
	process *exec.Cmd
}

// furnish makes the nodes, on which nothing runs yet.
func (f *fleet) furnish(ctx context.Context, c *cluster, nodes int) error {
	for i := range nodes {
		home := filepath.Join(f.home, nodeName(i))
		if err := c.furnish(ctx, home); err != nil {
			return err
		}
		f.members = append(f.members, &member{home, command(f.program, home, f.way.environment(nodeName(i)))})
	}
	return nil
}

// start starts them all at once, as when all of a cluster's nodes boot, and waits
// until each follows its pods.
func (f *fleet) start(ctx context.Context, c *cluster) error {
	before, err := c.watches(ctx)
	if err != nil {
		return err
	}
	for _, m := range f.members {
		if err := m.start(); err != nil {
			return fmt.Errorf("starting a chainsawd, which takes root and `make build`: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	tick := time.NewTicker(time.Second) // to ask costs the API server something, too
	defer tick.Stop()
	for now := before; now < before+len(f.members); <-tick.C {
		if now, err = c.watches(ctx); err != nil {
			return fmt.Errorf("waiting until all follow their pods: %w; one says:\n%s", err, f.members[0].log())
		}
	}
	return nil
}

func (m *member) start() error {
	log, err := os.Create(m.logFile())
	if err != nil {
		return err
	}
	defer log.Close()
	m.process.Stdout, m.process.Stderr = log, log
	return m.process.Start()
}

func (m *member) logFile() string { return filepath.Join(m.home, "log") }

func (m *member) log() []byte {
	text, _ := os.ReadFile(m.logFile()) // it is there to explain another error
	return text
}

func (f *fleet) kill() {
	for _, m := range f.members {
		if m.process.Process != nil {
			_ = m.process.Process.Kill()
			_ = m.process.Wait()
		}
	}
}

// figures are the sums of what all of them count.
func (f *fleet) figures(ctx context.Context) (figures, error) {
	sums := make(figures)
	for _, m := range f.members {
		if err := m.figures(ctx, sums); err != nil {
			return nil, fmt.Errorf("asking a chainsawd for its figures: %w; it says:\n%s", err, m.log())
		}
	}
	return sums, nil
}

func (m *member) figures(ctx context.Context, sums figures) error {
	if m.process.Process == nil {
		return nil
	}
	socket := filepath.Join(m.home, "run", "chainsawd", "status.sock")
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://chainsawd/metrics", nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return sums.add(response.Body)
}

// lookUp asks for each pod as a plugin does.
func (f *fleet) lookUp(ctx context.Context, pods [][]pod.Ref) error {
	for i, m := range f.members {
		client := daemon.Client{Path: filepath.Join(m.home, daemon.SocketPath)}
		for _, ref := range pods[i] {
			if _, err := client.Metadata(ctx, ref); err != nil {
				return err
			}
		}
	}
	return nil
}

// environment is what a kubelet gives the container of chainsawd.
func (m *meter) environment(node string) []string {
	host, port, _ := net.SplitHostPort(m.listener.Addr().String())
	return []string{"NODE_NAME=" + node, "KUBERNETES_SERVICE_HOST=" + host, "KUBERNETES_SERVICE_PORT=" + port}
}

// furnish makes what a node's chainsawd finds there: its folders and its account.
func (c *cluster) furnish(ctx context.Context, home string) error {
	account := filepath.Join(home, "run", "secrets", "kubernetes.io", "serviceaccount")
	for _, folder := range []string{account, filepath.Join(home, "lib")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	token, err := c.server.Token(ctx, "kube-system", "kube-chainsaw-cni")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(account, "token"), []byte(token), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(account, "ca.crt"), c.server.Admin().CAData, 0o600)
}
