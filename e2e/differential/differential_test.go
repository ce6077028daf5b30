package differential

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/e2e/differential/world"
)

const installed = "/usr/sbin/ip"

var (
	count = flag.Int("lines", 3000, "how many lines to generate")
	seed  = flag.Uint64("seed", 1, "what the lines are generated from")
	ip    = flag.String("ip", installed, "the ip to compare with")
	pairs = flag.Int("pairs", 4*runtime.NumCPU(), "how many pairs of worlds to use at once")
)

func TestMain(m *testing.M) {
	world.Main()
	os.Exit(m.Run())
}

// Lines that once broke a promise, as short as they still did.
//
//go:embed testdata/regressions.txt
var regressions string

func TestRegressions(t *testing.T) {
	j := newJudge(t)
	for line := range strings.Lines(regressions) {
		if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "#") {
			continue
		}
		t.Run(line, func(t *testing.T) {
			v, err := j.Judge(line)
			if err != nil {
				t.Fatal(err)
			}
			if v.Broken != "" {
				t.Errorf("ip %q %s", v.Words, v.Broken)
			}
		})
	}
}

func TestGeneratedLines(t *testing.T) {
	start := time.Now()
	tally, broken := judgeAll(t)
	t.Logf("%d lines of seed %d in %v: %.0f a second", *count, *seed, time.Since(start).Round(time.Second), float64(*count)/time.Since(start).Seconds())
	t.Log(&tally)
	if tally.Changes < tally.Lines/20 || tally.Reads < tally.Lines/20 || tally.Harmful < tally.Lines/200 {
		t.Error("too few lines do anything: does the test still test?")
	}
	j := newJudge(t)
	for i, v := range broken {
		if i == 20 {
			t.Fatalf("and %d more", len(broken)-i)
		}
		t.Errorf("ip %q %s", v.Words, v.Broken)
		if *ip != installed { // what only this ip does is no case for the others
			continue
		}
		short := Minimise(v.Line, func(line string) bool {
			v, err := j.Judge(line)
			return err == nil && v.Broken != ""
		})
		t.Errorf("shortened and kept: %q", short)
		keep(t, short)
	}
}

// judgeAll uses several worlds at once: much of the work is waiting.
func judgeAll(t *testing.T) (tally Tally, broken []Verdict) {
	numbers := make(chan int)
	verdicts := make(chan Verdict)
	var judges sync.WaitGroup
	for range *pairs {
		j := newJudge(t)
		judges.Go(func() {
			for n := range numbers {
				v, err := j.Judge(Generate(*seed, uint64(n)))
				if err != nil {
					t.Errorf("line %d: %v", n, err)
					return
				}
				verdicts <- v
			}
		})
	}
	go func() {
		for n := range *count {
			numbers <- n
		}
		close(numbers)
		judges.Wait()
		close(verdicts)
	}()
	for v := range verdicts {
		tally.Add(v)
		if v.Broken != "" {
			broken = append(broken, v)
		}
	}
	return tally, broken
}

func newJudge(t *testing.T) *Judge {
	t.Helper()
	if reason := world.Missing(); reason != "" {
		t.Skip(reason)
	}
	j, err := NewJudge(*ip)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j
}

// keep adds a line to those that run always.
func keep(t *testing.T, line string) {
	if strings.Contains(regressions, line+"\n") {
		return
	}
	f, err := os.OpenFile("testdata/regressions.txt", os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = fmt.Fprintln(f, line)
		f.Close()
	}
	if err != nil {
		t.Errorf("keeping a line: %v", err)
	}
}
