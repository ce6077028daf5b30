// Package ipcmd knows what the `ip` command of iproute2 means. It reads a
// command line the way ip would, and answers with a canonical command and its
// class (read or change), or with a refusal that says why. It is the first of
// the two walls around a pod's commands; the cage that runs them is the second.
//
// It is an allow-list. A word, argument, link type or form of a value that its
// tables do not know is refused, even where some version of ip would take it.
//
// It does not run anything, and knows neither rules nor devices: whether a
// command may run is decided by those who look at the [Command].
//
// # How ip reads a line
//
// Knowing this much makes every table of the package readable.
//
//   - Options come first, up to the first word that does not begin with "-".
//     "--json" is "-json"; "--" ends them.
//   - Then an object (address), perhaps a part of it (xfrm state), and an
//     action (add); where the action is missing, most objects show.
//   - ip compares each word with a list of keywords in a fixed order, and the
//     first that fits wins. Some keywords must be written out, of others any
//     beginning will do: "ip l s v0 t 9" sets txqueuelen, because that is
//     tested before type. Our tables keep that order.
//   - Of most arguments, one keyword may be left out: "ip route add
//     10.0.0.0/8" means "to 10.0.0.0/8", "ip link set v0 up" means "dev v0". The
//     canonical command writes it out, so that no device name is ever taken
//     for a keyword.
//   - ip reads numbers as C does, so that 010 is 8, and 10.1 as 10.1.0.0.
//     Values that somebody may judge are parsed here and printed anew; forms
//     that people read differently from ip are refused.
//
// The tables follow iproute2 6.1, and hold for 5.4 to 7.1: keywords that came
// later are in them, and an older ip refuses those by itself. Where an
// abbreviation has changed its meaning between versions, it is refused.
package ipcmd
