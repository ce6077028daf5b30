// Command bench measures what an ADD costs: chainsaw with 0, 1, 3 and 10
// commands that come from chainsawd's socket, beside the reference plugin
// tuning with one sysctl. It prints tables and asserts nothing.
//
// Absolute times differ from minute to minute; the ratios within a table are
// what to read. All alternatives of a table run in one shuffled run, each with
// its own copy of its executable: a fixed order favours whatever follows the
// same file, and two alternatives that share a file find it warmer. A second
// copy of an alternative is the control: where its ratio to the first is not
// between 0.98 and 1.02, the machine was too busy and the run is void.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == daemonArgument {
		exit(serve())
	}
	n := flag.Int("n", 200, "how often each alternative runs")
	bin := flag.String("bin", "bin", "where `make build` has put the executables")
	flag.Parse()
	if onStage() {
		exit(play(*n, *bin))
	}
	exit(enterStage())
}

// exit is for the end of main: nothing is deferred there.
func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// play is the whole of the measurement, on the stage.
func play(n int, bin string) error {
	s, err := furnish(bin)
	if err != nil {
		return err
	}
	defer s.close()
	for _, act := range []func(*stage, int) error{single, manyMounts, atOnce, coldCache} {
		if err := act(s, n); err != nil {
			return err
		}
	}
	return nil
}

// A quiet node has few mounts, one with some hundred pods many.
const (
	few  = 25
	many = 1000
)

func single(s *stage, n int) error {
	if err := s.mountUpTo(few); err != nil {
		return err
	}
	results, err := s.interleave(n, s.once)
	if err != nil {
		return err
	}
	memory, err := s.memory()
	if err != nil {
		return err
	}
	show(fmt.Sprintf("One ADD, %d mounts, n = %d", few, n), results, memory)
	return nil
}

func manyMounts(s *stage, n int) error {
	if err := s.mountUpTo(many); err != nil {
		return err
	}
	results, err := s.interleave(n, s.once)
	if err != nil {
		return err
	}
	show(fmt.Sprintf("One ADD, %d mounts, n = %d", many, n), results, nil)
	return s.unmount()
}

func atOnce(s *stage, n int) error {
	n = max(1, n/5)
	results, err := s.interleave(n, s.burst)
	if err != nil {
		return err
	}
	show(fmt.Sprintf("%d ADDs at once, n = %d", len(s.pods), n), results, nil)
	return nil
}

func coldCache(s *stage, n int) error {
	if err := dropCaches(); err != nil {
		fmt.Printf("\nNot measured: a cold page cache (%v).\n", err)
		return nil
	}
	n = max(1, n/10)
	results, err := s.interleave(n, s.cold)
	if err != nil {
		return err
	}
	show(fmt.Sprintf("One ADD from a cold page cache, n = %d", n), results, nil)
	return nil
}
