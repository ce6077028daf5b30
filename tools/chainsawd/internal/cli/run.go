package cli

import (
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/klog/v2"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/install"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/node"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/output"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/status"
)

const runHelp = `Run does chainsawd's work on this node until it is told to end: it keeps the
node's policy and the plugins in place, answers the plugins on
/run/chainsaw/chainsawd.sock, and prints their reports. It sees the node's
folders under their own names.

Reports go to the standard output, chainsawd's own log to the standard error.
Outside of a Kubernetes pod it does the same, but knows no pods.`

func newRun(streams Streams) *cobra.Command {
	o := node.Options{Out: streams.Out}
	var cniDirs cniDirs
	var format string
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Do chainsawd's work on this node",
		Long:  runHelp,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.CNIDirs, err = cniDirs.choose(); err != nil {
				return err
			}
			form, known := forms[format]
			if !known {
				return fmt.Errorf("--log-format may be text or json, not %q", format)
			}
			log := form.log(streams.ErrOut)
			defer log.Close()
			o.Format, o.Log = form.reports, slog.New(form.handler(log))
			// What client-go has to say goes the same way.
			klog.SetSlogLogger(o.Log.With("from", "client-go"))
			return node.Run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	cniDirs.flags(flags)
	statusSocketFlag(flags, &o.StatusSocket)
	flags.StringVar(&o.Name, "node-name", os.Getenv("NODE_NAME"), "name of this node in Kubernetes (default: NODE_NAME of the environment)")
	flags.StringVar(&format, "log-format", "text", "form of reports and log: text or json")
	flags.StringVar(&o.Policy, "policy", node.DefaultPolicy, "file with the policy that the node is to have, such as a ConfigMap's")
	flags.StringVar(&o.MetricsAddress, "metrics-address", "", "HOST:PORT to serve the metrics on as well, such as 127.0.0.1:9464 (default: on the status socket only)")
	flags.BoolVar(&o.WriteKubeconfig, "write-kubeconfig", false, "keep a kubeconfig with this pod's token on the node, for plugins that find no chainsawd")
	return cmd
}

func statusSocketFlag(flags *pflag.FlagSet, socket *string) {
	flags.StringVar(socket, "status-socket", status.SocketPath, "socket for probes and metrics, in a folder that is this chainsawd's alone")
}

// cniDirs are where the plugins go.
type cniDirs struct {
	profile string
	paths   []string
}

func (d *cniDirs) flags(flags *pflag.FlagSet) {
	flags.StringVar(&d.profile, "profile", "default", fmt.Sprintf("kind of node, which says where its CNI folder is: one of %q", install.Profiles()))
	flags.StringSliceVar(&d.paths, "cni-bin-dir", nil, "CNI folder, instead of the profile's; may be given several times")
}

func (d *cniDirs) choose() ([]string, error) {
	if len(d.paths) > 0 {
		return d.paths, nil
	}
	dir, err := install.CNIDir(d.profile)
	return []string{dir}, err
}

// form is what reports and log look like.
type form struct {
	reports output.Format
	handler func(io.Writer) slog.Handler
}

var forms = map[string]form{
	"text": {output.Text, func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) }},
	"json": {output.JSON, func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) }},
}

func (f form) log(out io.Writer) *output.Log {
	direct := slog.New(f.handler(out))
	return output.NewLog(out, func(lines int64) {
		direct.Warn("nobody was reading this log, and lines of it were dropped", "lines", lines)
	})
}
