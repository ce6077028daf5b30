// Package metrics counts what chainsawd sees, for Prometheus. It draws no
// conclusions: docs/chainsawd.md says which figure should worry whom.
//
// Every label has few values, all of them ours: nothing that a pod chose ever
// becomes one.
package metrics

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/chainsaw-cni/chainsaw/shared/version"
)

// Metrics are all of chainsawd's figures.
type Metrics struct {
	registry *prometheus.Registry

	adds      *prometheus.CounterVec
	refusals  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	lost      prometheus.Counter
	reports   *prometheus.CounterVec
	lookups   *prometheus.CounterVec
	requests  *prometheus.CounterVec
	events    *prometheus.CounterVec
	installed *prometheus.GaugeVec
	restored  *prometheus.CounterVec
	policy    *prometheus.GaugeVec
	token     *prometheus.CounterVec
	owner     prometheus.Gauge
}

// New returns figures that are all zero. The spool is looked at whenever they
// are read.
func New(spoolDir string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(spooled{spoolDir})
	m.adds = m.counters("adds_total", "ADDs that were reported, by how they ended.", "variant", "outcome")
	m.refusals = m.counters("refused_commands_total", "Commands that were not let run, by what refused them.", "reason")
	m.durations = m.histogram("command_duration_seconds", "Run time of commands.", "outcome")
	m.lost = m.counters("lost_reports_total", "Reports that the spool had no room for.").WithLabelValues()
	m.reports = m.counters("reports_total", "Reports that came, by the way that they came and what became of them.", "way", "outcome")
	m.lookups = m.counters("lookups_total", "Look-ups of pods, by where the answer came from.", "outcome")
	m.requests = m.counters("api_requests_total", "Requests to the API server, by HTTP status.", "verb", "status")
	m.events = m.counters("events_total", "Kubernetes Events about pods, by what became of them.", "outcome")
	m.installed = m.gauges("installed", "Whether a file on the node is as it should be.", "file")
	m.restored = m.counters("restored_files_total", "Files that somebody had removed or changed, and that were put back.", "file")
	m.policy = m.gauges("policy_state", "1 for the state that the node's policy is in.", "state")
	m.token = m.counters("kubeconfig_looks_total", "Looks at the kubeconfig on the node, by whether it is right afterwards.", "outcome")
	m.owner = m.gauges("owner", "Whether the node is this chainsawd's: 0 while it waits for its predecessor.").WithLabelValues()
	m.gauges("build_info", "Always 1; the label says which release this is.", "version").WithLabelValues(version.Version).Set(1)
	m.presetReports()
	return m
}

const namespace = "chainsaw"

func (m *Metrics) counters(name, help string, labels ...string) *prometheus.CounterVec {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
	m.registry.MustRegister(vec)
	return vec
}

func (m *Metrics) gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	vec := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, labels)
	m.registry.MustRegister(vec)
	return vec
}

// histogram has buckets from what `ip link` takes to the longest timeout.
func (m *Metrics) histogram(name, help string, labels ...string) *prometheus.HistogramVec {
	vec := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: namespace, Name: name, Help: help,
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, 1, 5, 10, 30},
	}, labels)
	m.registry.MustRegister(vec)
	return vec
}

// Handler serves the figures in Prometheus' formats.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry, MaxRequestsInFlight: 4})
}
