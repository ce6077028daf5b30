package node

import (
	"errors"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/install"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/policyfile"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/status"
)

var errNotListening = errors.New("not listening")

func (n *node) listening(is bool) {
	if is {
		n.board.Set(status.Socket, nil)
		return
	}
	n.board.Set(status.Socket, errNotListening)
}

func (n *node) policyIs(now policyfile.State) {
	var states []string
	for _, s := range policyfile.States() {
		states = append(states, string(s))
	}
	n.metrics.Policy(states, string(now))
}

func (n *node) installed(path string, change install.Change) {
	n.metrics.Installed(path, change != install.Failed, change == install.Restored)
}
