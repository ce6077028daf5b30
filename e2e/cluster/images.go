package cluster

import (
	"context"
	"errors"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/image"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/machine"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/programs"
)

// pushImages pushes what every pod needs: its sandbox, and what it says it runs.
func pushImages(ctx context.Context, m *machine.Machine) error {
	alpine, err := alpine(ctx)
	if err != nil {
		return err
	}
	pause, err := image.Pause(alpine)
	if err != nil {
		return err
	}
	return errors.Join(m.Push(ctx, "alpine", alpine), m.Push(ctx, machine.PauseImage, pause))
}

func alpine(ctx context.Context) (v1.Image, error) {
	paths, err := programs.Get(ctx, "busybox")
	if err != nil {
		return nil, err
	}
	return image.Alpine(ctx, paths["busybox"])
}
