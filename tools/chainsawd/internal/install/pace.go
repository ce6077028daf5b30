package install

import "time"

const (
	shortestRest = time.Second
	longestRest  = 5 * time.Minute
	fightFrom    = 5 // looks in a row at which something had to be mended
)

// pace keeps the installer from going round and round with another one that
// wants other files in the same places, or on a disk that stays full.
type pace struct {
	busy int // looks at which something had to be mended, none of them long before the next
	last time.Time
}

// rest is how long to leave things alone after a look. A quiet time of the
// longest rest is peace.
func (p *pace) rest(now time.Time, busy bool) time.Duration {
	if now.Sub(p.last) > 2*longestRest {
		p.busy = 0
	}
	if !busy {
		return 0
	}
	p.last = now
	rest := min(shortestRest<<min(p.busy, 16), longestRest)
	p.busy++
	return rest
}

// fighting tells whether it has gone on for so long that somebody should know.
func (p *pace) fighting() bool { return p.busy >= fightFrom }
