package rule

// shortForms are the abbreviations that ip's own manual uses, and so may a
// rule.
var shortForms = [...]struct{ short, name string }{
	{"addr", "address"},
	{"maddr", "maddress"},
	{"neigh", "neighbour"},
	{"del", "delete"},
	{"list", "show"},
}

// Spellings lists how a rule may write the name of an object or an action of
// ip, in full first.
func Spellings(name string) []string {
	spellings := []string{name}
	for _, f := range shortForms {
		if f.name == name {
			spellings = append(spellings, f.short)
		}
	}
	return spellings
}
