// Package differential compares what shared/ipcmd says about command lines with
// what the real ip does with them: lines are generated, read by ipcmd, and run
// as they were written in a throw-away world (package world).
//
// Four promises are kept for every line:
//
//   - what is called a read changes nothing in the pod's netns
//   - what is let through changes nothing outside it, opens no file that is none
//     of its business, runs no program, leaves no process, and ends by itself
//   - the canonical command does what the line did: in a twin world it leaves
//     the same state, prints the same and exits with the same code
//   - a line that ipcmd cannot read need not be one that ip cannot read, but the
//     lines that ip takes and ipcmd refuses are counted, by reason
//
// It does not test the cage: lines run with all the rights of the world.
package differential
