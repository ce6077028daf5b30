package device

// Item is one thing that the node's policy may permit to a namespace.
type Item string

// The items. A device is host-backed when its parent, underlay or hardware is
// on the host; it is attached when it was there before the first command.
const (
	HostBackedParent       Item = "host-backed-parent"
	HostBackedType         Item = "host-backed-type"
	HostBackedAddress      Item = "host-backed-address"
	HostBackedPromisc      Item = "host-backed-promisc"
	HostBackedAllmulticast Item = "host-backed-allmulticast"
	HostBackedMaddr        Item = "host-backed-maddr"
	AttachedRename         Item = "attached-rename"
	AttachedDelete         Item = "attached-delete"
	AttachedEnslave        Item = "attached-enslave"
	AttachedAlias          Item = "attached-alias"
)

// scope says which devices an item is about.
type scope int

const (
	hostBacked scope = iota // those that are host-backed, and what is on top of them
	attached                // those that are attached
	onAttached              // those that are attached, and what is on top of them
)

type itemFacts struct {
	item        Item
	scope       scope
	refusal     string // ends a sentence that begins with what the device is
	description string // what the policy permits
}

var items = [...]itemFacts{
	{
		HostBackedParent, hostBacked, "no other device may be put on top of it here",
		"make a macvlan, macvtap, ipvlan, ipvtap, vlan or the like on top of a host-backed device: " +
			"it can receive, send and block the frames of the host and of other pods",
	},
	{
		HostBackedType, hostBacked, "the options of its type may not be changed here",
		"change the type options of a host-backed device, such as a macvlan's mode or a vxlan's remote",
	},
	{
		HostBackedAddress, hostBacked, "its MAC address may not be changed here",
		"change the MAC address of a host-backed device, or make it a port of a bond or team, which do",
	},
	{
		HostBackedPromisc, hostBacked, "it may not become promiscuous here, neither by itself nor as the port of a bridge",
		"switch the promiscuous mode of a host-backed device and with it that of the host's network card, " +
			"or make it a port of a bridge, which does",
	},
	{
		HostBackedAllmulticast, hostBacked, "its reception of all multicast may not be changed here",
		"let a host-backed device, and with it the host's network card, receive all multicast",
	},
	{
		HostBackedMaddr, hostBacked, "its multicast addresses may not be changed here",
		"add and remove link-layer multicast addresses of a host-backed device (ip maddr)",
	},
	{
		AttachedRename, attached, "it may not be renamed here",
		"rename a device that came with the attachment: other plugins look for its name on DEL",
	},
	{
		AttachedDelete, attached, "it may not be deleted here",
		"delete a device that came with the attachment",
	},
	{
		AttachedEnslave, onAttached, "it may be neither put into a bridge, bond or VRF here nor taken out of one",
		"change the master of a device that came with the attachment, or of one on top of it: " +
			"a bridge between two networks may close a loop",
	},
	{
		AttachedAlias, attached, "its alias and its altnames may not be changed here",
		"change the alias or the altnames of a device that came with the attachment: " +
			"some plugins keep the name there that it had on the host",
	},
}

// Items returns all items.
func Items() []Item {
	all := make([]Item, len(items))
	for i := range items {
		all[i] = items[i].item
	}
	return all
}

// Description says what a policy permits with the item.
func (i Item) Description() string { return i.facts().description }

func (i Item) facts() itemFacts {
	for _, f := range items {
		if f.item == i {
			return f
		}
	}
	return itemFacts{}
}
