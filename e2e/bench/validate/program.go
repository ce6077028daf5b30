package main

import (
	"fmt"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// program is one of those that are compared.
type program struct {
	name string
	args []string

	wall, cpu []time.Duration
	memory    []int64 // the largest resident set, in KiB
	said      string  // its last line
}

// run runs the program once. The first time warms it up, and does not count.
func (p *program) run(counts bool) error {
	command := exec.Command(p.args[0], p.args[1:]...)
	begin := time.Now()
	out, err := command.CombinedOutput()
	wall := time.Since(begin)
	if err != nil {
		return fmt.Errorf("%s: %w: %s", p.name, err, out[:min(len(out), 2000)])
	}
	if !counts {
		return nil
	}
	p.wall = append(p.wall, wall)
	p.cpu = append(p.cpu, command.ProcessState.UserTime()+command.ProcessState.SystemTime())
	if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		p.memory = append(p.memory, usage.Maxrss)
	}
	p.said = string(out)
	return nil
}

func show(programs []*program) {
	fmt.Println("| | wall s | x the first | CPU s | RSS MiB |\n|---|---|---|---|---|")
	first := median(programs[0].wall)
	for _, p := range programs {
		wall := median(p.wall)
		fmt.Printf("| %s | %.2f | %.2f | %.2f | %.0f |\n", p.name,
			wall.Seconds(), wall.Seconds()/first.Seconds(), median(p.cpu).Seconds(), float64(median(p.memory))/1024)
	}
	fmt.Println()
	for _, p := range programs {
		fmt.Printf("%s said: %s", p.name, p.said)
	}
}

func median[T time.Duration | int64](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}
