// Command chainsaw-inspect is a chained CNI plugin that runs `ip` commands that only read, without any kernel privilege.
package main

import (
	"github.com/chainsaw-cni/chainsaw/shared/plugin"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

func main() {
	plugin.Main(variant.Inspect)
}
