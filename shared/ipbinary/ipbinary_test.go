package ipbinary

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rootsDir is a folder that passes rootowned: not below /tmp.
func rootsDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/var/lib", "ipbinary-test-")
	if err != nil {
		t.Skipf("no right to make a folder in /var/lib: run as root: %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func executable(t *testing.T, path string, mode os.FileMode) string {
	t.Helper()
	if err := os.WriteFile(path, []byte("#!"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFirst(t *testing.T) {
	dir := rootsDir(t)
	missing := filepath.Join(dir, "missing")
	good := executable(t, filepath.Join(dir, "good"), 0o755)
	open := executable(t, filepath.Join(dir, "open"), 0o777)
	public := executable(t, filepath.Join(t.TempDir(), "public"), 0o755)
	tests := []struct {
		name   string
		places []string
		want   string
		says   []string
	}{
		{"takes the first that exists", []string{missing, good, open}, good, nil},
		{"skips what is untrusted", []string{open, public, good}, good, nil},
		{"names each untrusted place", []string{open, missing, public}, "", []string{open + " is writable by everyone", "/tmp is writable by everyone"}},
		{"says to install it", []string{missing}, "", []string{"install iproute2"}},
		{"takes no folder", []string{dir}, "", []string{"is no regular file"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := find(tt.places)
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Fatalf("%q, %v: want %q", got, err, tt.want)
			}
			for _, says := range tt.says {
				if !strings.Contains(err.Error(), says) {
					t.Errorf("%q does not say %q", err, says)
				}
			}
		})
	}
}

func TestFindIgnoresPath(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	executable(t, filepath.Join(os.Getenv("PATH"), "ip"), 0o755)
	got, err := Find()
	if err != nil {
		t.Skipf("this machine has no ip: %v", err)
	}
	if strings.HasPrefix(got, os.Getenv("PATH")) {
		t.Errorf("Find took %s from PATH", got)
	}
}
