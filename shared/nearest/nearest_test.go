package nearest

import "testing"

func TestWord(t *testing.T) {
	known := []string{"test-chainsaw", "storage", "default/storage", "route", "help", "sr"}
	for _, test := range []struct{ name, want string }{
		{"test-chainsow", "test-chainsaw"},
		{"testchainsaw", "test-chainsaw"},
		{"storag", "storage"},
		{"default/storgae", "default/storage"},
		{"mtu", ""},
		{"rotue", "route"},
		{"", ""},
		{"ruote", "route"},
		{"dell", ""}, // two letters of four are another word
		{"adr", ""},
	} {
		if got := Word(test.name, known); got != test.want {
			t.Errorf("Word(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}
