package spool

import "slices"

// usage is how much of the spool something takes.
type usage struct {
	files int
	bytes int64
}

func (u usage) plus(size int64) usage { return usage{u.files + 1, u.bytes + size} }

func (u usage) minus(size int64) usage { return usage{u.files - 1, u.bytes - size} }

func (u usage) exceeds(limit usage) bool { return u.files > limit.files || u.bytes > limit.bytes }

// makeRoom chooses what must go so that a report of pod fits: the oldest of its
// own if it has used up its share, the oldest of whoever takes the most room if
// the spool is full. So no pod can push out what others left.
func (s Spool) makeRoom(entries []entry, pod string, size int64) (dropped []entry) {
	all := usage{s.maxFiles, s.maxBytes}
	share := usage{s.maxFiles / shares, s.maxBytes / shares}
	used, total := tally(entries)
	entries = slices.Clone(entries)
	for len(entries) > 0 {
		victim := pod
		switch {
		case used[pod].files > 0 && used[pod].plus(size).exceeds(share):
		case total.plus(size).exceeds(all):
			victim = s.largest(entries, used)
		default:
			return dropped
		}
		oldest := slices.IndexFunc(entries, func(e entry) bool { return e.pod == victim })
		gone := entries[oldest]
		used[victim], total = used[victim].minus(gone.size), total.minus(gone.size)
		dropped = append(dropped, gone)
		entries = slices.Delete(entries, oldest, oldest+1)
	}
	return dropped
}

func tally(entries []entry) (used map[string]usage, total usage) {
	used = make(map[string]usage)
	for _, e := range entries {
		used[e.pod] = used[e.pod].plus(e.size)
		total = total.plus(e.size)
	}
	return used, total
}

// largest is the pod that takes the largest part of either limit; of equals the
// one whose report is the oldest.
func (s Spool) largest(entries []entry, used map[string]usage) (pod string) {
	most := -1.0
	for _, e := range entries {
		u := used[e.pod]
		part := max(float64(u.files)/float64(s.maxFiles), float64(u.bytes)/float64(s.maxBytes))
		if part > most {
			pod, most = e.pod, part
		}
	}
	return pod
}
