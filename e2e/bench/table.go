package main

import (
	"fmt"
	"slices"
	"time"
)

// show prints the medians as a Markdown table. memory may be nil.
func show(title string, results []result, memory []int64) {
	fmt.Printf("\n### %s\n\n| | wall ms | x tuning | CPU ms | x tuning | RSS MiB |\n|---|---|---|---|---|---|\n", title)
	first := results[0].median()
	for i, r := range results {
		m := r.median()
		fmt.Printf("| %s | %.2f | %.2f | %.2f | %.2f | %s |\n", r.name,
			milliseconds(m.wall), ratio(m.wall, first.wall), milliseconds(m.cpu), ratio(m.cpu, first.cpu), size(memory, i))
	}
	fmt.Println()
	for i, r := range results {
		if r.failed > 0 {
			fmt.Printf("Not counted: %d runs of %s failed, the last with: %v\n", r.failed, r.name, r.err)
		}
		if r.again {
			fmt.Printf("Control: %s the second time %.3f of the first.\n", results[i-1].name, ratio(r.median().wall, results[i-1].median().wall))
		}
	}
}

func (r result) median() cost {
	return cost{
		wall: median(r.costs, func(c cost) time.Duration { return c.wall }),
		cpu:  median(r.costs, func(c cost) time.Duration { return c.cpu }),
	}
}

func median(costs []cost, of func(cost) time.Duration) time.Duration {
	values := make([]time.Duration, len(costs))
	for i, c := range costs {
		values[i] = of(c)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }

func ratio(d, first time.Duration) float64 { return d.Seconds() / first.Seconds() }

func size(memory []int64, i int) string {
	if memory == nil {
		return ""
	}
	return fmt.Sprintf("%.1f", float64(memory[i])/1024)
}
