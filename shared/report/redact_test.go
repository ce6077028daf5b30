package report

import (
	"strings"
	"testing"
)

const hexKey = "0x0123456789abcdef0123456789abcdef"

func TestSetOutputKeepsSecretsAndInvalidBytesOut(t *testing.T) {
	c := Asked("pod annotation #1", "ip xfrm state add enc cbc(aes) "+hexKey)
	c.SetOutput("xfrm state", []byte("\tenc cbc(aes) "+hexKey+"\n"), []byte("bad \xff\xfe name"))
	if strings.Contains(c.Text+c.Stdout, hexKey[2:]) {
		t.Errorf("a key is left in %+v", c)
	}
	if want := `bad \xff\xfe name`; c.Stderr != want {
		t.Errorf("stderr is %q, want %q", c.Stderr, want)
	}
}
