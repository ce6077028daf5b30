// Command validate holds `chainsawctl validate` against kubeconform on the same
// files: 10,000 manifests of the kinds that a cluster's repository is made of,
// with Kubernetes' own schemas on the disk. It prints a table and asserts
// nothing.
//
// The two do not look for the same: kubeconform holds every document against
// the schema of its kind; chainsawctl passes over what cannot concern Chainsaw,
// and judges every command in the rest. What is asked is whether a pipeline
// that runs the one will notice the other. They take turns, in another order
// each time, on files that are in the page cache.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

func main() {
	n := flag.Int("n", 10, "how often each program runs")
	manifests := flag.Int("manifests", 10_000, "how many manifests there are")
	ours := flag.String("chainsawctl", "bin/chainsawctl", "our program")
	theirs := flag.String("kubeconform", ".cache/tools/kubeconform", "the other one")
	flag.Parse()
	if err := run(*n, *manifests, *ours, *theirs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(n, manifests int, ours, theirs string) error {
	folder, err := os.MkdirTemp("", "chainsaw-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	files, schemas := filepath.Join(folder, "manifests"), filepath.Join(folder, "schemas")
	bytes, err := writeManifests(files, manifests)
	if err != nil {
		return err
	}
	if err := writeSchemas(schemas); err != nil {
		return err
	}
	// A warning, that a pod has no chainsaw link, would be no failure.
	programs := []*program{
		{name: "kubeconform -n 2", args: []string{theirs, "-n", "2", "-summary", "-schema-location", schemas + "/{{.ResourceKind}}.json", files}},
		{name: "kubeconform -n 2, only our kinds", args: []string{theirs, "-n", "2", "-summary", "-skip", notOurs, "-schema-location", schemas + "/{{.ResourceKind}}.json", files}},
		{name: "chainsawctl validate", args: []string{ours, "validate", files}},
	}
	for round := range n + 1 {
		for _, i := range rand.Perm(len(programs)) {
			if err := programs[i].run(round > 0); err != nil {
				return err
			}
		}
	}
	fmt.Printf("\n### %d manifests, %.1f MB, n = %d, medians\n\n", manifests, float64(bytes)/1e6, n)
	show(programs)
	return nil
}
