package output

import "crypto/sha256"

// remembered is how many reports are known again. The spool holds 1024, and a
// report that comes twice comes soon.
const remembered = 4096

// seen knows the reports that were printed last, by hashes: an ID is short, but
// it is the sender's word.
type seen struct {
	known map[[sha256.Size]byte]bool
	order [][sha256.Size]byte
	next  int
}

func (s *seen) has(id string) bool { return id != "" && s.known[sha256.Sum256([]byte(id))] }

func (s *seen) add(id string) {
	if s.known == nil {
		s.known = make(map[[sha256.Size]byte]bool)
	}
	hash := sha256.Sum256([]byte(id))
	s.known[hash] = true
	if len(s.order) < remembered {
		s.order = append(s.order, hash)
		return
	}
	delete(s.known, s.order[s.next])
	s.order[s.next] = hash
	s.next = (s.next + 1) % remembered
}
