// Package pki makes the certificates and keys of a control plane that lives for
// a day.
package pki

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

// Credential is a certificate with its key, both in PEM.
type Credential struct{ Cert, Key []byte }

// Authority is a CA.
type Authority struct {
	Credential
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewAuthority makes a CA that signs itself.
func NewAuthority() (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	ca := &Authority{key: key, cert: &x509.Certificate{
		Subject: pkix.Name{CommonName: "chainsaw e2e"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	}}
	ca.Credential, err = ca.sign(ca.cert, key)
	return ca, err
}

// Server issues a certificate for a server at these addresses.
func (ca *Authority) Server(name string, addresses ...net.IP) (Credential, error) {
	return ca.issue(&x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		DNSNames:    []string{name},
		IPAddresses: addresses,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
}

// Client issues a certificate for a user of Kubernetes, who is in these groups.
func (ca *Authority) Client(user string, groups ...string) (Credential, error) {
	return ca.issue(&x509.Certificate{
		Subject:     pkix.Name{CommonName: user, Organization: groups},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
}

func (ca *Authority) issue(template *x509.Certificate) (Credential, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Credential{}, err
	}
	return ca.sign(template, key)
}

// sign fills in the serial number and the day.
func (ca *Authority) sign(template *x509.Certificate, key *ecdsa.PrivateKey) (Credential, error) {
	template.NotBefore = time.Now().Add(-time.Minute)
	template.NotAfter = template.NotBefore.Add(24 * time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, key.Public(), ca.key)
	if err != nil {
		return Credential{}, err
	}
	keyPEM, err := encode(key)
	return Credential{Cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), Key: keyPEM}, err
}

// SigningKey makes a key for the tokens of ServiceAccounts.
func SigningKey() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return encode(key)
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
