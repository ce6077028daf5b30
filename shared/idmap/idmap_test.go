package idmap

import (
	"errors"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name             string
		text             string
		initial, single  bool
		highest          uint32
		contains, misses uint32
	}{
		{"initial namespace", "         0          0 4294967295\n", true, false, 4294967294, 2091507712, 4294967295},
		{"one id, as unshare -r writes it", "0 1000 1\n", false, true, 0, 0, 1},
		{"one id kept, as unshare -c writes it", "1000 1000 1\n", false, true, 1000, 1000, 0},
		{"own id and a subordinate range", "0 1000 1\n1 100000 65536\n", false, false, 65536, 65534, 65537},
		{"a gap between ranges", "0 0 10\n20 20 10\n", false, false, 29, 25, 15},
		{"identity of a part only", "0 0 65536\n", false, false, 65535, 0, 65536},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := parse(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if m.Initial() != tt.initial || m.Single() != tt.single || m.Highest() != tt.highest {
				t.Errorf("initial %v single %v highest %d, want %v %v %d",
					m.Initial(), m.Single(), m.Highest(), tt.initial, tt.single, tt.highest)
			}
			if !m.Contains(tt.contains) || m.Contains(tt.misses) {
				t.Errorf("Contains(%d) = %v, Contains(%d) = %v",
					tt.contains, m.Contains(tt.contains), tt.misses, m.Contains(tt.misses))
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"0 0\n", "0 0 0 0\n", "0 -1 1\n", "a b c\n", "0 0 4294967296\n"} {
		if _, err := parse(text); err == nil {
			t.Errorf("parse(%q) succeeded", text)
		}
	}
	if _, err := parse(""); !errors.Is(err, ErrEmpty) {
		t.Errorf("parse of an empty map: %v, want ErrEmpty", err)
	}
}

func TestReadsOwnMaps(t *testing.T) {
	for _, read := range []func() (Map, error){UIDs, GIDs} {
		if m, err := read(); err != nil || len(m) == 0 {
			t.Errorf("own map: %v, %v", m, err)
		}
	}
}

// The map of the initial namespace is the only one that maps everything to
// itself, but for a nested one which imitates it.
func TestInInitialNamespaceAgreesWithTheMap(t *testing.T) {
	m, err := UIDs()
	if err != nil {
		t.Fatal(err)
	}
	if in := InInitialNamespace(); in && !m.Initial() {
		t.Errorf("in the initial namespace, with the map %v", m)
	} else if !in && m.Initial() {
		t.Log("a nested namespace has the map of the initial one")
	}
}
