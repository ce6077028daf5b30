package rule

import (
	"fmt"
	"slices"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// leftOut lists the arguments that a route has although the command does not
// say so: "ip route add dev net1" is the default route, in the table main. A
// rule judges these values like written ones; for arguments that have none when
// they are left out, it has "require".
func leftOut(command ipcmd.Command) []ipcmd.Arg {
	if command.Object != "route" {
		return nil
	}
	var args []ipcmd.Arg
	selects := command.Class == ipcmd.Read || command.Action == "flush" // and then no "to" is any
	if !selects && !command.Has("to") {
		args = append(args, asWritten(command, "to", "default"))
	}
	if !command.Has("table") && !command.Has("vrf") { // a VRF has its own
		args = append(args, asWritten(command, "table", "main"))
	}
	return args
}

// asWritten lets ipcmd read the value where it might stand: whether "default"
// means IPv4 or IPv6 depends on the rest of the command.
func asWritten(command ipcmd.Command, name, value string) ipcmd.Arg {
	written, _ := ipcmd.Parse(append(command.Argv(), name, value))
	if i := slices.IndexFunc(written.Args, func(a ipcmd.Arg) bool { return a.Name == name }); i >= 0 {
		return written.Args[i]
	}
	return ipcmd.Arg{Name: name, Value: value} // of no kind, which no limit on values admits
}

// objectionTo says what keeps the rule from admitting what was left out, ""
// for nothing. A rule that does not name the table leaves it at main.
func (r Rule) objectionTo(arg ipcmd.Arg, tokens Expander) string {
	limit, ok := r.limit(arg.Name)
	switch {
	case !ok && arg.Name == "table", ok && limit.admits(arg, tokens):
		return ""
	case !ok:
		return fmt.Sprintf("it does not name the argument %q, which means %q when it is left out%s", arg.Name, arg.Value, r.names())
	}
	return fmt.Sprintf("%q may be %s, and it is left out, which means %q", arg.Name, limit, arg.Value)
}
