// Package netstate takes pictures of what a netns holds, and tells two of them
// apart in the words of `ip`.
//
// It lets `ip` itself look, in the cage of chainsaw-inspect: nothing else prints
// every attribute of every route the way that engineers know. What the kernel
// makes out of other things by itself is left out: the routes of the table
// local mirror the addresses.
package netstate
