package apiserver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// startAndHang is the argument with which this test runs itself again.
const startAndHang = "start-and-hang"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == startAndHang {
		hang()
	}
	os.Exit(m.Run())
}

// hang starts a server, says what there is to look for, and waits to be killed.
func hang() {
	s, err := Start(context.Background())
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println(s.Dir, s.Etcd.cmd.Process.Pid, s.API.cmd.Process.Pid)
	select {}
}

func TestServer(t *testing.T) {
	s := StartFor(t)
	admin, err := kubernetes.NewForConfig(s.Admin())
	if err != nil {
		t.Fatal(err)
	}
	t.Run("says its version", func(t *testing.T) {
		info, err := admin.Discovery().ServerVersion()
		if err != nil || !strings.HasPrefix(info.GitVersion, "v1.") || info.Major != "1" {
			t.Errorf("ServerVersion() = %v, %v", info, err)
		}
	})
	t.Run("knows a ServiceAccount by its token, and lets it do nothing", func(t *testing.T) {
		client := clientOf(t, s, api.AuthInfo{Token: accountToken(t, s, admin)})
		_, err := client.CoreV1().Pods("default").List(t.Context(), metav1.ListOptions{})
		if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "system:serviceaccount:tests:nobody") {
			t.Errorf("listing pods: %v, want it forbidden to tests:nobody", err)
		}
	})
	t.Run("turns others away", func(t *testing.T) {
		for _, user := range []api.AuthInfo{{}, {Token: "made-up"}} {
			_, err := clientOf(t, s, user).CoreV1().Pods("default").List(t.Context(), metav1.ListOptions{})
			if !apierrors.IsUnauthorized(err) {
				t.Errorf("listing pods with token %q: %v, want Unauthorized", user.Token, err)
			}
		}
	})
	t.Run("remembers after it was killed", func(t *testing.T) {
		s.API.Kill()
		s.Etcd.Kill()
		if _, err := admin.Discovery().ServerVersion(); err == nil {
			t.Error("a dead server answers")
		}
		if err := errors.Join(s.Etcd.Start(), s.API.Start(), s.AwaitReady(t.Context())); err != nil {
			t.Fatal(err)
		}
		if _, err := admin.CoreV1().Namespaces().Get(t.Context(), "tests", metav1.GetOptions{}); err != nil {
			t.Error(err)
		}
	})
	t.Run("leaves nothing behind", func(t *testing.T) {
		s.Stop()
		if _, err := os.Stat(s.Dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", s.Dir, err)
		}
	})
}

func clientOf(t *testing.T, s *Server, user api.AuthInfo) *kubernetes.Clientset {
	t.Helper()
	config, err := clientcmd.NewDefaultClientConfig(s.Kubeconfig(user), nil).ClientConfig()
	if err != nil {
		t.Fatal(err)
	}
	return kubernetes.NewForConfigOrDie(rest.AddUserAgent(config, "test"))
}

func accountToken(t *testing.T, s *Server, admin *kubernetes.Clientset) string {
	t.Helper()
	namespace := &core.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "tests"}}
	if _, err := admin.CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	account := &core.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "nobody"}}
	if _, err := admin.CoreV1().ServiceAccounts("tests").Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	token, err := s.Token(t.Context(), "tests", "nobody")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestKilledTestLeavesNoServer(t *testing.T) {
	StartFor(t) // builds, or skips
	cmd := exec.CommandContext(t.Context(), os.Args[0], startAndHang)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	var dir string
	var etcd, apiServer int
	if _, scan := fmt.Sscan(line, &dir, &etcd, &apiServer); scan != nil {
		t.Fatalf("the other test says %q, %v", line, err)
	}
	ends := []*os.File{watch(t, etcd), watch(t, apiServer)}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()

	for _, process := range ends {
		awaitEnd(t, process)
	}
	StartFor(t)
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the next server leaves %s there: %v", dir, err)
	}
}

// watch opens a process of somebody else's before its number can be reused.
func watch(t *testing.T, pid int) *os.File {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	process := os.NewFile(uintptr(fd), "pidfd")
	t.Cleanup(func() { process.Close() })
	return process
}

func awaitEnd(t *testing.T, process *os.File) {
	t.Helper()
	const milliseconds = 10_000
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(process.Fd()), Events: unix.POLLIN}}, milliseconds)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil || n != 1:
			t.Errorf("a server outlives the test that started it: %v", err)
		}
		return
	}
}
