package nodepolicy

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

// The policy has two places, since it has two owners, and since /etc lasts no
// boot on some nodes and cannot be written on others. A file in either must be
// root's and writable by nobody else.
const (
	AdminPath  = "/etc/chainsaw/policy.json"     // the administrator's own, by hand or by the machine's image
	DaemonPath = "/var/lib/chainsaw/policy.json" // kept by chainsawd, as its ConfigMap says
)

// Places are where a plugin looks for the policy, in this order.
func Places() []string { return []string{AdminPath, DaemonPath} }

// maxSize bounds the file.
const maxSize = 1 << 20

// Load reads the first policy that is there. Nothing at any place is no policy;
// one that cannot be trusted or understood is an error, whatever comes after
// it, and the caller refuses all.
func Load(places ...string) (*Policy, error) {
	for _, file := range places {
		policy, err := load(file)
		if policy != nil || err != nil {
			return policy, err
		}
	}
	return nil, nil
}

func load(file string) (*Policy, error) {
	f, err := rootowned.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notThere(file)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the node's policy: %w", err)
	}
	defer f.Close()
	doc, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading the node's policy %s: %w", file, err)
	}
	if len(doc) > maxSize {
		return nil, fmt.Errorf("the node's policy %s is larger than 1 MiB", file)
	}
	return DecodeFile(file, doc)
}

// DecodeFile is Decode for what was read from a file, which its errors and
// refusals name.
func DecodeFile(file string, doc []byte) (*Policy, error) {
	policy, err := Decode(doc)
	if err != nil {
		return nil, fmt.Errorf("the node's policy %s is not valid: %w", file, err)
	}
	policy.file = file
	return policy, nil
}

// notThere is nil if nothing was ever put at the path. A symbolic link that
// leads to nothing shows that somebody meant a policy to be there.
func notThere(file string) error {
	for at := file; at != "/"; at = path.Dir(at) {
		if _, err := os.Lstat(at); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if _, err := os.Stat(at); err != nil {
			return fmt.Errorf("reading the node's policy %s: the link %s leads to nothing: mend it, or take it away", file, at)
		}
		break
	}
	return nil
}

// Where tells a person in what the policy is changed.
func (p *Policy) Where() string {
	const configMap = "the ConfigMap of chainsawd"
	switch {
	case p == nil:
		return AdminPath + " or " + configMap
	case p.file == "":
		return "it"
	case p.file == DaemonPath:
		return configMap + ", of which " + DaemonPath + " is made"
	}
	return p.file
}
