package node

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned/rootownedtest"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/backlog"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/metrics"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/output"
)

func TestReportsWaitForEarlierOnes(t *testing.T) {
	var out bytes.Buffer
	dir := filepath.Join(rootownedtest.Folder(t), "spool")
	n := &node{metrics: metrics.New(dir)}
	n.printer = output.New(&out, output.Text, n.printed)
	n.backlog = backlog.New(dir, n.printSpooled, slog.New(slog.DiscardHandler))
	h := handler{n}

	r := report.New("chainsaw")
	if err := h.Report(t.Context(), r); !errors.Is(err, errEarlierOnes) || out.Len() > 0 {
		t.Errorf("before the spool was looked through: %v, %q", err, &out)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := n.backlog.Run(ctx); err != nil { // looks once
		t.Fatal(err)
	}
	if err := h.Report(t.Context(), r); err != nil || !strings.HasPrefix(out.String(), "Chainsaw report: ") {
		t.Errorf("afterwards: %v, %q", err, &out)
	}
}

func TestNoPodIsKnownOutsideOfKubernetes(t *testing.T) {
	if _, err := (handler{&node{}}).Metadata(t.Context(), pod.Ref{}); !errors.Is(err, errNoCluster) {
		t.Error(err)
	}
}

func TestConnectWantsToKnowWhichNodeThisIs(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "192.0.2.1")
	t.Setenv("KUBERNETES_SERVICE_PORT", "443")
	n := &node{Options: Options{Log: slog.New(slog.DiscardHandler)}}
	if _, err := n.connect(); !errors.Is(err, errNoName) {
		t.Error(err)
	}
}
