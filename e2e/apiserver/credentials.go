package apiserver

import (
	"errors"
	"net"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/pki"
)

// makeCredentials writes what the API server needs to prove who it is and to
// know others: by certificates of our CA, and by the tokens that it signs.
func (s *Server) makeCredentials() (err error) {
	if s.ca, err = pki.NewAuthority(); err != nil {
		return err
	}
	if s.admin, err = s.ca.Client("admin", "system:masters"); err != nil {
		return err
	}
	serving, err := s.ca.Server("kube-apiserver", net.IPv4(127, 0, 0, 1))
	if err != nil {
		return err
	}
	tokens, err := pki.SigningKey()
	if err != nil {
		return err
	}
	return errors.Join(
		s.write("ca.crt", s.ca.Cert),
		s.write("server.crt", serving.Cert),
		s.write("server.key", serving.Key),
		s.write("tokens.key", tokens))
}
