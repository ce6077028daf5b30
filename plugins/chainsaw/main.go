// Command chainsaw is a chained CNI plugin that runs every `ip` command that stays inside the pod's netns.
package main

import (
	"github.com/chainsaw-cni/chainsaw/shared/plugin"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

func main() {
	plugin.Main(variant.Exec)
}
