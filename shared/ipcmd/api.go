package ipcmd

// OptionNames lists the options that a command may have, as they stand in
// [Command.Options].
func OptionNames() []string { return optionNames() }

// Nearest is the known word that was probably meant, or "": for the messages
// of those who read words of ip elsewhere, such as in a rule.
func Nearest(word string, known []string) string { return nearest(word, known) }
