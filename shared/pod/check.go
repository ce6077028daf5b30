package pod

import (
	"errors"
	"fmt"
	"strings"
)

// The API server's own limits. A pod's name is a DNS subdomain whose labels,
// unlike a namespace's, are not held to 63 characters.
const (
	maxNamespace = 63
	maxName      = 253
	maxUID       = 64
)

// Check refuses what cannot be a pod's identity, because it goes into paths of
// requests to the API server.
func (r Ref) Check() error {
	switch {
	case !r.Named():
		return errors.New("a pod needs a namespace and a name")
	case len(r.Namespace) > maxNamespace || !isLabel(r.Namespace):
		return fmt.Errorf("the pod's namespace %.64q is not a DNS label", r.Namespace)
	case len(r.Name) > maxName || !isSubdomain(r.Name):
		return fmt.Errorf("the pod's name %.64q is not a DNS subdomain", r.Name)
	case !isUID(r.UID):
		return fmt.Errorf("the pod's UID %.64q is not %d letters, digits and hyphens at most", r.UID, maxUID)
	}
	return nil
}

func isSubdomain(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label) {
			return false
		}
	}
	return true
}

func isLabel(s string) bool {
	if s == "" || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return consistsOf(s, func(c byte) bool { return isLowerOrDigit(c) || c == '-' })
}

// isUID also accepts the UID of a static pod, which is a hash and no UUID.
func isUID(s string) bool {
	return len(s) <= maxUID && consistsOf(s, func(c byte) bool {
		return isLowerOrDigit(c) || 'A' <= c && c <= 'Z' || c == '-'
	})
}

func isLowerOrDigit(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

func consistsOf(s string, allowed func(byte) bool) bool {
	for i := range len(s) {
		if !allowed(s[i]) {
			return false
		}
	}
	return true
}
