// Command chainsaw-filter is a chained CNI plugin that runs of a pod's `ip` commands what the network's rules allow.
package main

import (
	"github.com/chainsaw-cni/chainsaw/shared/plugin"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

func main() {
	plugin.Main(variant.Filter)
}
