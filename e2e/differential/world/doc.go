// Package world makes throw-away hosts on which any `ip` command line may run,
// and tells what the line did there.
//
// A world is a process with mount, PID and network namespaces of its own. Its
// network is the host's; a second netns, bound to /run/netns/other, is another
// pod's, and a third is the pod's in which the lines run. Two worlds are alike to
// the last ifindex, so that what two lines did in them can be compared. The
// machine's own files are there, but cannot be written. Files that no command
// has any business with lie in /run/canary, which is also the PATH.
//
// It does not know what a line may do: package differential judges.
package world
