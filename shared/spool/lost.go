package spool

import (
	"encoding/json"
	"maps"

	"github.com/chainsaw-cni/chainsaw/shared/report"
)

const lostFile = "lost"

// losses counts what was dropped and not yet said. Pods is kept by hash.
type losses struct {
	Node int64            `json:"node"`
	Pods map[string]int64 `json:"pods,omitempty"`

	changed bool
}

// maxPods bounds the counts by pod; those beyond it count for the node only.
const maxPods = 4096

func (l *losses) add(entries ...entry) {
	for _, e := range entries {
		l.addStrays(1)
		if l.Pods == nil {
			l.Pods = make(map[string]int64)
		}
		if _, known := l.Pods[e.pod]; known || len(l.Pods) < maxPods {
			l.Pods[e.pod]++
		}
	}
}

// addStrays counts files that were no report, or a part of one.
func (l *losses) addStrays(n int) {
	l.Node += int64(n)
	l.changed = l.changed || n > 0
}

func (l *losses) of(pod string) report.Lost {
	return report.Lost{Pod: l.Pods[pod], Node: l.Node}
}

// said takes off what a report has told, but not what was lost since.
func (l *losses) said(pod string, lost report.Lost) {
	l.Node = max(0, l.Node-lost.Node)
	if left := l.Pods[pod] - lost.Pod; left > 0 {
		l.Pods[pod] = left
	} else {
		delete(l.Pods, pod)
	}
	l.changed = true
}

// forgetAllBut drops the counts of pods that have no report left to be said
// with. They are in the node's.
func (l *losses) forgetAllBut(entries []entry) {
	used, _ := tally(entries)
	maps.DeleteFunc(l.Pods, func(pod string, _ int64) bool {
		gone := used[pod].files == 0
		l.changed = l.changed || gone
		return gone
	})
}

// loadLost starts anew if the file is missing or torn: counts are not worth
// losing a report over.
func (f *folder) loadLost() (l losses) {
	body, err := f.readFile(lostFile)
	if err != nil || json.Unmarshal(body, &l) != nil || l.Node < 0 {
		return losses{}
	}
	return l
}

func (f *folder) storeLost(l losses) error {
	switch {
	case !l.changed:
		return nil
	case l.Node == 0 && len(l.Pods) == 0:
		f.remove(entry{name: lostFile})
		return nil
	}
	body, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return f.replace(lostFile, body)
}
