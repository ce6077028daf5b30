package metrics

// The methods here are the observers of the packages that do the work. Labels
// are their outcomes, of which each has a handful.

// Report counts a report by the way that it came, and whether it came out.
func (m *Metrics) Report(way string, err error) {
	m.reports.WithLabelValues(way, outcome(err)).Inc()
}

// LookedUp counts a look-up.
func (m *Metrics) LookedUp(outcome string) { m.lookups.WithLabelValues(outcome).Inc() }

// Requested counts a request to the API server.
func (m *Metrics) Requested(verb, status string) { m.requests.WithLabelValues(verb, status).Inc() }

// Event counts a Kubernetes Event.
func (m *Metrics) Event(outcome string) { m.events.WithLabelValues(outcome).Inc() }

// Installed notes whether a file is in its place, and whether it had to be put back.
func (m *Metrics) Installed(file string, inPlace, restored bool) {
	m.installed.WithLabelValues(file).Set(truth(inPlace))
	if restored {
		m.restored.WithLabelValues(file).Inc()
	}
}

// Policy notes which of the states the node's policy is in.
func (m *Metrics) Policy(states []string, now string) {
	for _, state := range states {
		m.policy.WithLabelValues(state).Set(truth(state == now))
	}
}

// Kubeconfig counts a look at the node's kubeconfig.
func (m *Metrics) Kubeconfig(err error) { m.token.WithLabelValues(outcome(err)).Inc() }

// Owns notes that the node is this chainsawd's.
func (m *Metrics) Owns() { m.owner.Set(1) }

func outcome(err error) string {
	if err != nil {
		return "failed"
	}
	return succeeded
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
