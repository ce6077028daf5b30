// Package ipstage takes the image's `ip` apart into what a node needs to run
// it that has no iproute2 and no C library: the program, its loader and its
// libraries. It says what goes where; package install puts it there.
//
// It is staged on every node, for chainsawd does not see what else the node has.
// The files stand in folders of ours, and a plugin takes them only where it
// finds no `ip` of the node's own (shared/ipbinary).
package ipstage

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/relocate"
)

// Stage is what goes to a node.
type Stage struct {
	Program   []byte // the program, changed so that it finds the rest
	Libraries string // the folder for the rest; "" if the program is static
	Files     []File // the rest
}

// File is the loader or a library.
type File struct {
	Name   string // in the folder
	Source string // in the image
}

// Plan finds out what program needs and gives it a folder of its own below
// libraries. The folder's name stands for the content: a program that is running
// keeps its loader and libraries while the next one's are put beside them.
func Plan(program, libraries string) (*Stage, error) {
	image, err := os.ReadFile(program)
	if err != nil {
		return nil, fmt.Errorf("staging ip: %w", err)
	}
	loader, files, err := needs(program)
	if err != nil {
		return nil, fmt.Errorf("staging %s: %w", program, err)
	}
	sum, err := digest(files)
	if err != nil {
		return nil, fmt.Errorf("staging %s: %w", program, err)
	}
	folder := filepath.Join(libraries, sum)
	moved, err := relocate.Program(image, filepath.Join(folder, loader), folder)
	if errors.Is(err, relocate.ErrStatic) {
		return &Stage{Program: image}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("staging %s: %w", program, err)
	}
	return &Stage{Program: moved, Libraries: folder, Files: files}, nil
}

// digest names a set of files by their content.
func digest(files []File) (string, error) {
	sum := sha256.New()
	for _, file := range files {
		content, err := os.ReadFile(file.Source)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n", file.Name, len(content))
		sum.Write(content)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}
