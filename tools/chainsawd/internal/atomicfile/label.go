package atomicfile

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// labelAttribute is where SELinux keeps a file's label.
const labelAttribute = "security.selinux"

// labelFor is the SELinux label that a new file should have: that of the one
// which it replaces, or else of the first file beside it, since restorecon may
// have given files another label than the folder hands down. It is nil where
// there is none.
func labelFor(dir, name string) []byte {
	if label := labelOf(filepath.Join(dir, name)); label != nil {
		return label
	}
	neighbours, _ := os.ReadDir(dir) // without them the folder's label it is
	for _, n := range neighbours {
		if !n.Type().IsRegular() {
			continue
		}
		return labelOf(filepath.Join(dir, n.Name()))
	}
	return nil
}

func labelOf(path string) []byte {
	buffer := make([]byte, 1024)
	n, err := unix.Lgetxattr(path, labelAttribute, buffer)
	if err != nil {
		return nil
	}
	return buffer[:n]
}

// setLabel does what the policy allows. Where it does not, the file keeps the
// label that its folder handed down, which is what a copy by hand would have.
func setLabel(f *os.File, label []byte) {
	if label == nil {
		return
	}
	_ = unix.Fsetxattr(int(f.Fd()), labelAttribute, label, 0)
}
