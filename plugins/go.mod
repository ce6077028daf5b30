module github.com/chainsaw-cni/chainsaw/plugins

go 1.26.0

require github.com/chainsaw-cni/chainsaw/shared v0.0.0

require (
	github.com/containernetworking/cni v1.3.1 // indirect
	github.com/moby/sys/capability v0.5.0 // indirect
	github.com/vishvananda/netns v0.0.5 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace github.com/chainsaw-cni/chainsaw/shared => ../shared
