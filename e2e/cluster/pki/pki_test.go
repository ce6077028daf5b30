package pki

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"slices"
	"testing"
)

func TestServerAndClientTrustEachOther(t *testing.T) {
	ca, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	address := net.IPv4(127, 0, 0, 1)
	server, err := ca.Server("kubernetes", address)
	if err != nil {
		t.Fatal(err)
	}
	client, err := ca.Client("somebody", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca.Cert)

	theirs, ours := net.Pipe()
	defer theirs.Close()
	defer ours.Close()
	accepted := tls.Server(theirs, &tls.Config{
		Certificates: []tls.Certificate{pair(t, server)}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert,
	})
	taken := make(chan error, 1)
	go func() { taken <- accepted.Handshake() }()
	dialled := tls.Client(ours, &tls.Config{
		Certificates: []tls.Certificate{pair(t, client)}, RootCAs: pool, ServerName: address.String(),
	})
	if err := dialled.Handshake(); err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, dialled) // the server speaks last
	if err := <-taken; err != nil {
		t.Fatalf("the server does not take the client's certificate: %v", err)
	}
	user := parse(t, client).Subject
	if user.CommonName != "somebody" || !slices.Equal(user.Organization, []string{"system:masters"}) {
		t.Errorf("the certificate is that of %v", user)
	}
}

func TestSigningKeyIsInTheFormThatTheAPIServerReads(t *testing.T) {
	text, err := SigningKey()
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode(text)
	if block == nil || len(rest) > 0 {
		t.Fatalf("not one PEM block: %q", text)
	}
	if _, err := x509.ParseECPrivateKey(block.Bytes); err != nil {
		t.Error(err)
	}
}

func pair(t *testing.T, c Credential) tls.Certificate {
	t.Helper()
	pair, err := tls.X509KeyPair(c.Cert, c.Key)
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

func parse(t *testing.T, c Credential) *x509.Certificate {
	t.Helper()
	cert, err := x509.ParseCertificate(pair(t, c).Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return cert
}
