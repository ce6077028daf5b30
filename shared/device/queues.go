package device

import (
	"fmt"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// maxQueues bounds what the kernel allocates for a new device: 4096 queues in
// both directions are 24 MB, which nobody accounts to the pod.
const maxQueues = 16

// maxQueueLength bounds what the kernel allocates ahead for a queue of packets,
// three rings for each of the queues: 500000 packets are 12 MB a queue.
const maxQueueLength = 10000

// checkQueues also finds the queues of a veth's peer.
func checkQueues(c ipcmd.Command) *Violation {
	for _, a := range c.Args {
		switch a.Name {
		case "numtxqueues", "numrxqueues":
			if n, ok := a.Number(); !ok || n > maxQueues {
				return &Violation{Text: fmt.Sprintf("%s %s: a device may have at most %d queues", a.Name, a.Value, maxQueues)}
			}
		case "txqueuelen":
			if n, ok := a.Number(); !ok || n > maxQueueLength {
				return &Violation{Text: fmt.Sprintf("%s %s: a queue may be at most %d packets long", a.Name, a.Value, maxQueueLength)}
			}
		case "multi_queue":
			if c.Action != "add" { // ip wants the word to delete one, too
				continue
			}
			return &Violation{Text: fmt.Sprintf("multi_queue gives the device 256 queues: it may have at most %d", maxQueues)}
		}
	}
	return nil
}
