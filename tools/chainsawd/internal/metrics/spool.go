package metrics

import (
	"os"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"
)

// spooled measures a spool when somebody asks for it.
type spooled struct{ dir string }

var (
	spoolFiles = prometheus.NewDesc(namespace+"_spool_reports", "Reports that wait in the spool.", nil, nil)
	spoolBytes = prometheus.NewDesc(namespace+"_spool_bytes", "Bytes that wait in the spool.", nil, nil)
)

func (s spooled) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(s, ch) }

// Collect takes a spool that is not there, or not to be read, for an empty one.
func (s spooled) Collect(ch chan<- prometheus.Metric) {
	var files, bytes float64
	entries, _ := os.ReadDir(s.dir)
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || filepath.Ext(entry.Name()) != ".json" {
			continue
		}
		files++
		bytes += float64(info.Size())
	}
	ch <- prometheus.MustNewConstMetric(spoolFiles, prometheus.GaugeValue, files)
	ch <- prometheus.MustNewConstMetric(spoolBytes, prometheus.GaugeValue, bytes)
}
