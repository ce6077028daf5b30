// Package stories walks through what users do with chainsaw on a real
// Kubernetes node with Multus, and looks at what they would see.
//
// `make e2e` runs it; the node is that of e2e/cluster.
package stories

import (
	"os"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster"
)

func TestMain(m *testing.M) { os.Exit(cluster.Main(m)) }
