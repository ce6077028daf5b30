package redact

import (
	"strings"
	"testing"
	"time"
)

const hexKey = "0x0123456789abcdef0123456789abcdef"

func TestOutput(t *testing.T) {
	for name, test := range map[string]struct{ object, out, want string }{
		"xfrm state": {
			"xfrm state",
			"src 10.0.0.1 dst 10.0.0.2\n\tproto esp spi 0x00000100 reqid 1 mode tunnel\n\tauth-trunc hmac(sha256) " + hexKey + " 96\n\tenc cbc(aes) " + hexKey + "\n\tanti-replay context: seq 0x0, oseq 0x0, bitmap 0x00000000\n",
			"src 10.0.0.1 dst 10.0.0.2\n\tproto esp spi 0x00000100 reqid 1 mode tunnel\n\tauth-trunc hmac(sha256) *** 96\n\tenc cbc(aes) ***\n\tanti-replay context: seq 0x0, oseq 0x0, bitmap 0x00000000\n",
		},
		"aead, on one line": {
			"xfrm state",
			"src ::1 dst ::2\\\tproto esp spi 0x1\\\taead rfc4106(gcm(aes)) " + hexKey + " 128\\\tsel src ::/0",
			"src ::1 dst ::2\\\tproto esp spi 0x1\\\taead rfc4106(gcm(aes)) *** 128\\\tsel src ::/0",
		},
		"proto comp is no algorithm": {"xfrm state", "\tproto comp spi 0x00000100\n", "\tproto comp spi 0x00000100\n"},
		"output cut within a key":    {"xfrm state", "\tenc cbc(aes) 0x0123", "\tenc cbc(aes) ***"},
		"an error quotes the key": {
			"xfrm state",
			"Error: argument \"0xsecret\" is wrong: \"ALGO-KEYMAT\" value is invalid\n",
			"Error: argument \"***\" value is invalid\n",
		},
		"an error cut within its quote": {"xfrm state", "Error: argument \"0xsec", "Error: argument \"***\""},
		"macsec": {
			"macsec",
			"    TXSC: 86105dcf12af0001 on SA 0\n        0: PN 1, state on, key 01000000000000000000000000000000\n",
			"    TXSC: 86105dcf12af0001 on SA 0\n        0: PN 1, state on, key ***\n",
		},
		"macsec as JSON":       {"macsec", `[{"sci":"86105dcf12af0001","key":"0100"},{"key": "02\"00","pn":1}]`, `[{"sci":"86105dcf12af0001","key":"***"},{"key":"***","pn":1}]`},
		"macsec, pretty JSON":  {"macsec", "            \"key\": \"0100\",\n", "            \"key\":\"***\",\n"},
		"sr hmac":              {"sr hmac", "hmac 1 algo sha256 secret \"my \"secret\" is\"\n", "hmac 1 algo sha256 secret ***\n"},
		"sr hmac, cut JSON":    {"sr hmac", `[{"hmac":1,"secret":"my sec`, `[{"hmac":1,"secret":"***"`},
		"a route keeps quotes": {"route", "key 5 \"quoted\" " + hexKey, "key 5 \"quoted\" " + hexKey},
	} {
		t.Run(name, func(t *testing.T) {
			if got := string(Output(test.object, []byte(test.out))); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"xfrm":            {"ip xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp spi 1 auth hmac(sha1) 0x01 enc cbc(aes) plain", "ip xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp spi 1 auth hmac(sha1) *** enc cbc(aes) ***"},
		"abbreviated":     {" x s add enc cbc(aes)  short", " x s add enc cbc(aes)  ***"},
		"misspelt object": {"xfmr state add enc cbc(aes) " + hexKey, "xfmr state add enc cbc(aes) ***"},
		"macsec":          {"macsec add macsec0 tx sa 0 pn 1 on key 01 abc salt 99", "macsec add macsec0 tx sa 0 pn 1 on key *** *** salt ***"},
		"misspelt macsec": {"maksec add m0 key 01 0123456789abcdef0123456789ABCDEF", "maksec add m0 key 01 ***"},
		"a tunnel's key":  {"tunnel add t0 mode gre key 5 ttl 9", "tunnel add t0 mode gre key 5 ttl 9"},
		"a device enc":    {"link set dev enc mtu 1400", "link set dev enc mtu 1400"},
		"long addresses":  {"route add 2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff via fe80::1", "route add 2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff via fe80::1"},
		"64 bits of hex":  {"l2tp add session cookie 0x0123456789abcdef", "l2tp add session cookie 0x0123456789abcdef"},
		"other blanks":    {"xfrm state add enc\u00a0cbc(aes)\u2003short", "xfrm state add enc\u00a0cbc(aes)\u2003***"},
		"nothing":         {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Text(test.text); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// A pod may write 64 KiB of commands, and none of the ADD's deadlines is asked.
func TestTextOfManyWordsTakesNoTime(t *testing.T) {
	start := time.Now()
	Text(strings.Repeat("key ", 16<<10))
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %s", took)
	}
}
