// Chainsaw-lookup prints the metadata of one pod: its UID, and the annotations
// that concern Chainsaw. The plugins run it on nodes without chainsawd where an
// administrator has placed a kubeconfig.
//
//	chainsaw-lookup --kubeconfig=/etc/cni/net.d/chainsaw.d/chainsaw.kubeconfig --namespace=default --name=web-0
//
// Standard output is one JSON object, [apihelper.Answer]. The exit code is 0
// with metadata, 1 without, 2 when the arguments are wrong.
//
// It runs as root while somebody's pod starts, so it trusts little: it works
// from the kubeconfig alone, never from its environment or the pod around it,
// and honours nothing in there that starts a program, reads a file of somebody
// else's, or sends the token elsewhere. It does not decide whether the pod is
// the one that was meant: its caller does.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/apihelper"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

// timeout ends a look-up before the caller's SIGKILL does, so that somebody is
// left to say what happened.
const timeout = apihelper.Timeout - 500*time.Millisecond

func main() {
	os.Clearenv() // a person may call it too, and has HTTPS_PROXY or SSL_CERT_FILE
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	kubeconfig, ref, err := parse(args, stderr)
	if err != nil {
		return 2
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()

	var answer apihelper.Answer
	code := 0
	if answer.Metadata, err = lookup(ctx, kubeconfig, ref); err != nil {
		answer.Error, code = explain(err), 1
	}
	out := json.NewEncoder(stdout)
	out.SetEscapeHTML(false)
	if err := out.Encode(answer); err != nil {
		fmt.Fprintln(stderr, "chainsaw-lookup:", err)
		return 2
	}
	return code
}

// parse says itself on stderr what is wrong with the arguments.
func parse(args []string, stderr io.Writer) (kubeconfig string, ref pod.Ref, err error) {
	flags := flag.NewFlagSet("chainsaw-lookup", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&kubeconfig, "kubeconfig", "", "absolute `path` of a kubeconfig that is root's alone")
	flags.StringVar(&ref.Namespace, "namespace", "", "the pod's `namespace`")
	flags.StringVar(&ref.Name, "name", "", "the pod's `name`")
	if err := flags.Parse(args); err != nil {
		return "", pod.Ref{}, err
	}
	err = ref.Check()
	if kubeconfig == "" || flags.NArg() > 0 {
		err = errors.New("give --kubeconfig, --namespace and --name, and nothing else")
	}
	if err != nil {
		fmt.Fprintln(stderr, "chainsaw-lookup:", err)
	}
	return kubeconfig, ref, err
}
