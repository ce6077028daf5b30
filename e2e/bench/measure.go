package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"sync"
	"time"
)

// cost is what one run took. cpu has the plugin's, its commands' and the
// daemon's.
type cost struct{ wall, cpu time.Duration }

type result struct {
	alternative
	costs  []cost
	failed int
	err    error // of the last that failed
}

// interleave runs each alternative n times, in another order each time. The
// round before them warms everything up and does not count.
func (s *stage) interleave(n int, run func(alternative) (cost, error)) ([]result, error) {
	results := make([]result, len(s.all))
	for i, a := range s.all {
		results[i].alternative = a
	}
	for round := range n + 1 {
		for _, i := range rand.Perm(len(results)) {
			chill()
			c, err := run(results[i].alternative)
			results[i].add(c, err, round > 0)
		}
	}
	for _, r := range results {
		if len(r.costs) == 0 {
			return nil, fmt.Errorf("%s: %w", r.name, r.err)
		}
	}
	return results, nil
}

func (r *result) add(c cost, err error, counts bool) {
	switch {
	case err != nil:
		r.failed, r.err = r.failed+1, err
	case counts:
		r.costs = append(r.costs, c)
	}
}

var elsewhere [8 << 20]byte

// chill fills the processor's caches with something else, as on a node that
// has other things to do.
func chill() {
	const line = 64
	for i := 0; i < len(elsewhere); i += line {
		elsewhere[i]++
	}
}

func (s *stage) once(a alternative) (cost, error) { return s.measure(a, s.pods[:1]) }

func (s *stage) burst(a alternative) (cost, error) { return s.measure(a, s.pods) }

func (s *stage) cold(a alternative) (cost, error) {
	if err := dropCaches(); err != nil {
		return cost{}, err
	}
	return s.measure(a, s.pods[:1])
}

// measure runs an ADD in each of the pods, all at once.
func (s *stage) measure(a alternative, pods []string) (c cost, err error) {
	before, err := cpuOf(s.daemon.Pid)
	if err != nil {
		return c, fmt.Errorf("asking for the daemon's CPU time: %w", err)
	}
	commands := make([]*exec.Cmd, len(pods))
	for i, netns := range pods {
		commands[i] = a.command(netns)
	}
	begin := time.Now()
	errs := make([]error, len(commands))
	var wg sync.WaitGroup
	for i, command := range commands {
		wg.Go(func() { errs[i] = complete(command) })
	}
	wg.Wait()
	c.wall = time.Since(begin)
	for i, command := range commands {
		if errs[i] != nil {
			return c, errs[i]
		}
		c.cpu += command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	}
	after, err := cpuOf(s.daemon.Pid)
	c.cpu += after - before
	return c, err
}

func (a alternative) command(netns string) *exec.Cmd {
	command := exec.Command(a.plugin)
	command.Env = a.environment(netns)
	command.Stdin = bytes.NewReader([]byte(a.config))
	command.Stdout = new(bytes.Buffer)
	return command
}

func complete(command *exec.Cmd) error {
	if err := command.Run(); err != nil {
		return fmt.Errorf("%w: %s", err, command.Stdout)
	}
	return nil
}
