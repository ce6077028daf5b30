package spool

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/report"
)

// entry is what a file's name and size tell.
type entry struct {
	name   string
	number uint64
	pod    string
	event  string
	size   int64
}

const (
	numberLen = 16 // of hex digits: names then sort as their numbers do
	hashLen   = 32 // 128 bits: nobody finds a pod's name that falls on another's share
)

// alone stands where the hash of an event would, in the name of a report that no
// later one may take in: it is being handed out, or may be known already.
var alone = strings.Repeat("0", hashLen)

func (e entry) fileName(random string) string {
	return fmt.Sprintf("%0*x-%s-%s-%s.json", numberLen, e.number, e.pod, e.event, random)
}

// parseName is strict, so that whatever strays into the folder is seen as such.
func parseName(name string) (e entry, ok bool) {
	stem, ok := strings.CutSuffix(name, ".json")
	parts := strings.Split(stem, "-")
	if !ok || len(parts) != 4 || len(parts[0]) != numberLen || len(parts[1]) != hashLen || len(parts[2]) != hashLen {
		return entry{}, false
	}
	number, err := strconv.ParseUint(parts[0], 16, 64)
	return entry{name: name, number: number, pod: parts[1], event: parts[2]}, err == nil
}

// split separates those that tell of the same event, of the same pod, as e.
func (e entry) split(entries []entry) (equal, others []entry) {
	for _, other := range entries {
		if e.pod == other.pod && e.event == other.event && e.event != alone {
			equal = append(equal, other)
		} else {
			others = append(others, other)
		}
	}
	return equal, others
}

// next is the number after the last. Clocks jump; numbers do not.
func next(entries []entry) uint64 {
	if len(entries) == 0 {
		return 1
	}
	return entries[len(entries)-1].number + 1
}

// podHash leaves the UID out: a pod that is made anew gets no second share.
func podHash(r report.Report) string {
	return hash(r.Pod.Namespace + "\x00" + r.Pod.Name)
}

// eventHash is equal for the attempts of a retried ADD: the runtime makes a new
// sandbox for each, and outputs tell of its addresses, so both are left out.
// Without a pod, the sandbox is all that there is to tell one from another.
func eventHash(r report.Report) string {
	type command struct {
		Text, Run, Origin, Signal string
		Verdict                   report.Verdict
		ExitCode                  *int
		TimedOut                  bool
	}
	var commands []command
	for _, c := range r.Commands {
		commands = append(commands, command{c.Text, c.Run, c.Origin, c.Signal, c.Verdict, c.ExitCode, c.TimedOut})
	}
	sandbox := ""
	if !r.Pod.Named() {
		sandbox = r.ContainerID
	}
	// Strings, numbers and booleans: this cannot fail.
	event, _ := json.Marshal([]any{r.Pod, sandbox, r.Interface, r.Network, r.Variant, commands, cnierror.CodeOf(r.Error)})
	return hash(string(event))
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:hashLen/2])
}
