package attacks

// wall is what stops an attack.
type wall string

const (
	parser     wall = "parser"
	rules      wall = "rules"
	state      wall = "state"
	nodePolicy wall = "node's policy"
	decoding   wall = "decoding"
	lookup     wall = "look-up"
	places     wall = "path checks"
	netnsCheck wall = "netns check"
	uid        wall = "uid"
	capability wall = "capability"
	seccomp    wall = "seccomp"
	pids       wall = "PID namespace"
	environ    wall = "environment"
	limits     wall = "limits"
	truth      wall = "result"
	printing   wall = "printing"
	inspector  wall = "inspector"
	nothing    wall = "**nothing**"
)

// walls are explained in the order in which an attack meets them.
var walls = []struct {
	wall wall
	what string
}{
	{netnsCheck, "CNI_NETNS is opened once and is neither the plugin's own nor PID 1's (`shared/podnetns`); no `sandbox` is opened"},
	{decoding, "each key once and in one spelling, each value of one type (`shared/strictjson`, `shared/netconf`, `shared/pod`)"},
	{lookup, "the pod that is found is the one that CNI_ARGS name, or none (`shared/lookup`)"},
	{places, "a file, a socket or a program is where we say, and root's alone up to `/` (`shared/rootowned`)"},
	{parser, "words that `ip` would take, and nothing that leads out (`shared/ipcmd`)"},
	{rules, "what a network of chainsaw-filter allows to its pods (`shared/rule`)"},
	{nodePolicy, "what the node's administrator allows to a namespace (`shared/nodepolicy`)"},
	{state, "what the devices are just before the command runs (`shared/device`)"},
	{environ, "nothing is inherited: no variable, no PATH, no descriptor, no folder"},
	{uid, "a user that has nothing on the node"},
	{capability, "CAP_NET_ADMIN or nothing, and no way to more"},
	{seccomp, "the system calls that `ip` needs"},
	{inspector, "every netlink message is read before the kernel has it (`shared/netlinkwall`)"},
	{pids, "no other process is there to be seen"},
	{limits, "time, memory, output, number, and death with the plugin"},
	{truth, "the result says what became of this attachment, and never another podIP (`shared/result`)"},
	{printing, "no key is kept, and nothing that is printed steers a terminal or an eye (`shared/redact`, `shared/escape`, `shared/report`)"},
}

// attack is a row of SECURITY.md. tests are "folder TestName", or "folder
// TestName/case" where one of many cases is meant.
type attack struct {
	what  string
	walls []wall
	tests []string
}

type chapter struct {
	title   string
	attacks []attack
}

// table is in chapters, so that each of their files stays short.
var table = []chapter{
	{"Out of the netns", wayOut},
	{"Through a device to the node", throughDevices},
	{"By what is written for the plugin", written},
	{"By the plugin's files and reports", files},
	{"From within a command that got past the parser", within},
}
