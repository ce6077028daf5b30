package install

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/atomicfile"
)

// executable is the mode of everything that is installed: commands run as an
// ordinary user, who must be able to read libraries too.
const executable = 0o755

// place is one file of the node and what should be in it.
type place struct {
	path    string
	content func() (io.ReadCloser, error)
}

func fromFile(path, source string) place {
	return place{path, func() (io.ReadCloser, error) { return os.Open(source) }}
}

func fromBytes(path string, content []byte) place {
	return place{path, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

// fingerprint tells whether a file has been touched since its content was last
// compared: nobody but the kernel sets a ctime.
type fingerprint struct {
	device, inode uint64
	size          int64
	changed       syscall.Timespec
}

// ensure makes it so, and tells whether anything had to be done. A file with
// the fingerprint that is known is taken to be as it was.
func (p place) ensure(known fingerprint) (now fingerprint, mended bool, err error) {
	if err := atomicfile.Sweep(p.path); err != nil {
		return now, false, err
	}
	now, same, err := p.same(known)
	if same || err != nil {
		return now, false, err
	}
	content, err := p.content()
	if err != nil {
		return now, false, fmt.Errorf("reading what belongs to %s: %w", p.path, err)
	}
	defer content.Close()
	// What is there now is for the next look to find out.
	return fingerprint{}, true, atomicfile.Write(p.path, executable, content)
}

// same compares what is there with what should be. The error is one of reading
// the latter: whatever is wrong with the former is mended by writing.
func (p place) same(known fingerprint) (now fingerprint, same bool, err error) {
	there, now, err := openRegular(p.path)
	if err != nil {
		return now, false, nil
	}
	defer there.Close()
	if now == known {
		return now, true, nil
	}
	content, err := p.content()
	if err != nil {
		return now, false, fmt.Errorf("reading what belongs to %s: %w", p.path, err)
	}
	defer content.Close()
	same, err = equal(there, content)
	return now, same, err
}

var errNotOurs = errors.New("no file that could be ours")

// openRegular opens an executable of root's. Where the folder is not root's
// alone anything may lie in it, and nothing of that must make us wait.
func openRegular(path string) (*os.File, fingerprint, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fingerprint{}, err
	}
	info, err := f.Stat()
	if err == nil {
		if stat, ok := info.Sys().(*syscall.Stat_t); ok && info.Mode() == executable && int(stat.Uid) == os.Geteuid() {
			return f, fingerprint{stat.Dev, stat.Ino, stat.Size, stat.Ctim}, nil
		}
	}
	f.Close()
	return nil, fingerprint{}, errNotOurs
}

// equal reads both to the first difference.
func equal(there, wanted io.Reader) (bool, error) {
	const chunk = 64 << 10
	a, b := make([]byte, chunk), make([]byte, chunk)
	for {
		n, wantedErr := io.ReadFull(wanted, a)
		m, thereErr := io.ReadFull(there, b)
		switch {
		case !bytes.Equal(a[:n], b[:m]):
			return false, nil
		case isEnd(wantedErr):
			return isEnd(thereErr), nil
		case wantedErr != nil:
			return false, wantedErr
		case thereErr != nil:
			return false, nil //nolint:nilerr // it is to be replaced
		}
	}
}

func isEnd(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// makeFolder makes a folder that every user can enter, whatever the umask.
func makeFolder(path string) error {
	err := os.Mkdir(path, executable)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is no folder: move it away", path)
	}
	if info.Mode().Perm() == executable {
		return nil
	}
	return os.Chmod(filepath.Clean(path), executable)
}
