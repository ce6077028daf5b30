package format

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

// Output is where a report goes, in which format.
type Output struct {
	Format string
	File   string // "" for the standard output
}

// ParseOutputs reads FORMAT or FORMAT=FILE of each text.
func ParseOutputs(texts []string) ([]Output, error) {
	var outputs []Output
	onStdout := ""
	for _, text := range texts {
		format, file, hasFile := strings.Cut(text, "=")
		switch {
		case !slices.Contains(Names(), format):
			return nil, fmt.Errorf("there is no output format %q; there are %s", format, strings.Join(Names(), ", "))
		case hasFile && file == "":
			return nil, fmt.Errorf("--output %s names no file: write %s=FILE, or %s for the standard output", text, format, format)
		case !hasFile && onStdout != "":
			return nil, fmt.Errorf("%s and %s cannot both go to the standard output: write one to a file, such as %s=FILE", onStdout, format, format)
		case !hasFile:
			onStdout = format
		}
		outputs = append(outputs, Output{format, file})
	}
	return outputs, nil
}

// Write writes the report. A file is there as a whole or, after an error, as it
// was before.
func (o Output) Write(stdout io.Writer, r finding.Report, options Options) error {
	if o.File == "" {
		return Write(stdout, o.Format, r, options)
	}
	options.Colour = false
	err := replace(o.File, func(w io.Writer) error { return Write(w, o.Format, r, options) })
	if err != nil {
		return fmt.Errorf("writing %s to %s: %w", o.Format, o.File, err)
	}
	return nil
}

// replace follows a symbolic link, and writes into what is no plain file, such
// as /dev/null, instead of putting a file in its place.
func replace(file string, write func(io.Writer) error) error {
	info, err := os.Stat(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil && !info.Mode().IsRegular() {
		return writeTo(file, os.O_WRONLY, write)
	}
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
	}
	aside := filepath.Join(filepath.Dir(file), "."+filepath.Base(file)+"."+rand.Text())
	defer os.Remove(aside) // is not there any more after all went well
	if err := writeTo(aside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, write); err != nil {
		return err
	}
	return os.Rename(aside, file)
}

func writeTo(file string, flags int, write func(io.Writer) error) error {
	f, err := os.OpenFile(file, flags, 0o666) // less the umask: a pipeline's other steps read it
	if err != nil {
		return err
	}
	err = write(f)
	return cmp.Or(err, f.Close())
}
