// Package cage runs the `ip` command in a pod's netns so that it can do
// nothing else there: the second wall, which must hold when the parser (the
// first) let something through.
//
// A Cage is one operating system thread which enters the netns, gives away what
// it does not need, and then starts every command of one ADD. A command has
//
//   - a uid and gid that nothing else on the node uses, and no other group
//   - CAP_NET_ADMIN or no capability at all, also in the bounding set
//   - no_new_privs, and securebits under which even uid 0 gains nothing by execve
//   - a seccomp filter: an allow-list of system calls, and of arguments where
//     the call alone says too little
//   - an inspector, which reads each netlink message before the kernel may have
//     it (package netlinkwall): without privilege only reads go through, and
//     never what reaches into another netns
//   - a PID namespace of its own, so that it sees and signals nobody
//   - an empty environment, argv[0] "ip", "/" as its directory, /dev/null as stdin
//   - an end: at the context's, or with the plugin's
//
// It needs Linux 5.6, and the right to ptrace its own child (not with the sysctl
// kernel.yama.ptrace_scope at 3); without, no message gets through.
//
// What it is not: it does not judge commands, and does not hide the host's files
// (what every user may read, the command may read). Seccomp cannot count execve,
// so a command may execute another program once; no_new_privs, no fork and the
// same filter bind that one just as well.
package cage
