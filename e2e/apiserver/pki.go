package apiserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"time"
)

// credential is a certificate with its key.
type credential struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey

	certPEM, keyPEM []byte
}

// issue signs what the template asks for, for a day.
func (ca credential) issue(template x509.Certificate) (credential, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return credential{}, err
	}
	if ca.cert == nil { // the first signs itself
		ca = credential{cert: &template, key: key}
	}
	template.NotBefore = time.Now().Add(-time.Minute)
	template.NotAfter = template.NotBefore.Add(24 * time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, &template, ca.cert, key.Public(), ca.key)
	if err != nil {
		return credential{}, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return credential{}, err
	}
	keyPEM, err := encode(key)
	return credential{
		cert: cert, key: key, keyPEM: keyPEM,
		certPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	}, err
}

// encode writes the key in SEC 1 form: the API server finds no public key in a
// PKCS #8 one.
func encode(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), nil
}

// makeCredentials writes what the API server needs to prove who it is and to
// know others: by certificates of our CA, and by the tokens that it signs.
func (s *Server) makeCredentials() (err error) {
	s.ca, err = credential{}.issue(x509.Certificate{
		Subject: pkix.Name{CommonName: "chainsaw e2e"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	})
	if err != nil {
		return err
	}
	s.admin, err = s.ca.issue(x509.Certificate{
		Subject:     pkix.Name{CommonName: "admin", Organization: []string{"system:masters"}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		return err
	}
	serving, err := s.ca.issue(x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	if err != nil {
		return err
	}
	tokens, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	tokensPEM, err := encode(tokens)
	if err != nil {
		return err
	}
	for _, file := range []struct {
		name    string
		content []byte
	}{
		{"ca.crt", s.ca.certPEM},
		{"server.crt", serving.certPEM},
		{"server.key", serving.keyPEM},
		{"tokens.key", tokensPEM},
	} {
		if err := s.write(file.name, file.content); err != nil {
			return err
		}
	}
	return nil
}
