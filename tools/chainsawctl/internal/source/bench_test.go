package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mixed is what a pipeline makes: of ten manifests, one concerns Chainsaw.
func mixed(n int) string {
	if n%10 == 0 {
		return fmt.Sprintf(`apiVersion: v1
kind: Pod
metadata:
  name: web-%d
  annotations:
    k8s.v1.cni.cncf.io/networks: storage
    k8s.v1.cni.cncf.io/chainsaw: >
      ["ip route add 192.0.3.0/24 dev CURRENT_INTERFACE", "ip route"]
spec:
  containers:
  - name: web
    image: nginx
    command: ["sleep", "infinity"]
`, n)
	}
	return fmt.Sprintf("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-%d\nspec:\n  template:\n    spec:\n      containers:\n", n) +
		strings.Repeat("      - name: web\n        image: nginx # why\n        env:\n        - {name: A, value: \"b\\n\"}\n", 8)
}

const benchFiles = 10_000

// BenchmarkDocuments reads as many manifests as a large repository has.
func BenchmarkDocuments(b *testing.B) {
	for _, all := range []bool{false, true} {
		b.Run(map[bool]string{false: "those that matter", true: "all"}[all], func(b *testing.B) {
			var files []*File
			size := 0
			for n := range benchFiles {
				files = append(files, &File{Text: []byte(mixed(n))})
				size += len(files[n].Text)
			}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				for _, f := range files {
					read := f.Documents
					if all {
						read = f.AllDocuments
					}
					if documents, errs := read(); len(documents) != 1 || len(errs) > 0 {
						b.Fatal(documents, errs)
					}
				}
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	folder := b.TempDir()
	for n := range benchFiles {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.yaml", n)), []byte(mixed(n)), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		n := 0
		for f, err := range Read(b.Context(), []string{folder}, nil) {
			if err != nil {
				b.Fatal(err)
			}
			documents, _ := f.Documents()
			n += len(documents)
		}
		if n != benchFiles {
			b.Fatalf("%d documents", n)
		}
	}
}
