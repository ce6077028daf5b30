module github.com/chainsaw-cni/chainsaw/shared

go 1.26.0

require (
	github.com/containernetworking/cni v1.3.1
	github.com/moby/sys/capability v0.5.0
	github.com/vishvananda/netlink v1.3.1
	github.com/vishvananda/netns v0.0.5
	golang.org/x/sys v0.49.0
)

require golang.org/x/net v0.62.0 // indirect
