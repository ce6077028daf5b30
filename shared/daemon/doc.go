// Package daemon is the wire between the plugins and chainsawd, the node's
// daemon: both ends of it, and nothing of what the daemon does.
//
// One connection to a unix socket carries one request and one reply, each a
// JSON object. The client writes its request and shuts down its side; the
// server reads to the end, writes its reply and closes.
//
//	{"version":1,"kind":"metadata","pod":{"namespace":"default","name":"web-0","uid":"6f1c..."}}
//	{"version":1,"metadata":{"uid":"6f1c...","annotations":{"k8s.v1.cni.cncf.io/chainsaw":"[\"ip route\"]"}}}
//
//	{"version":1,"kind":"report","report":{...}}
//	{"version":1}
//
//	{"version":1,"error":{"code":"no-pod","message":"default/web-0 is not on this node"}}
//
// The codes are no-pod, unavailable, bad-request, too-large, unknown-version
// and unknown-kind. A look-up has 4 KiB at most, a report [report.MaxBytes], a
// reply 2 MiB. The whole exchange has [Timeout].
//
// Both ends ask the kernel who the other is (SO_PEERCRED, unix(7)) and talk to
// root only; in a user namespace that maps one uid, to their own uid as well.
// The client also refuses a socket, or a folder of it, that is not root's.
package daemon
