package nlmsg

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

func message(kind uint16, payload string) []byte {
	return append(AppendHeader(nil, Header{Kind: kind, Sequence: 7}, len(payload)), payload...)
}

func TestMessagesEndWhereTheKernelEnds(t *testing.T) {
	padded := func(b []byte) []byte { return append(b, make([]byte, Align(len(b))-len(b))...) }
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, ""},
		{"less than a header", message(1, "")[:15], ""},
		{"a header alone", message(1, ""), `1:"" `},
		{"a payload", message(2, "abcd"), `2:"abcd" `},
		{"two, the first padded", slices.Concat(padded(message(1, "a")), message(2, "b")), `1:"a" 2:"b" `},
		{"what follows is no message", slices.Concat(message(1, ""), make([]byte, 32)), `1:"" `},
		{"longer than it is", message(1, "abcd")[:18], ""},
		{"shorter than its header", append([]byte{15, 0, 0, 0}, make([]byte, 28)...), ""},
		{"no room for the padding", message(1, "a"), `1:"a" `},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for header, payload := range Messages(tt.data) {
				got += fmt.Sprintf("%d:%q ", header.Kind, payload)
			}
			if got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestHeaderIsReadAsWritten(t *testing.T) {
	want := Header{Kind: unix.RTM_GETLINK, Flags: unix.NLM_F_REQUEST, Sequence: 1 << 30, PortID: 99}
	for got := range Messages(AppendHeader(nil, want, 0)) {
		if got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

func TestAttributes(t *testing.T) {
	three := AppendAttribute(AppendAttribute(AppendAttribute(nil, 1, []byte("abc")), unix.NLA_F_NESTED|2, nil), 3, []byte("long value"))
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"three, one of them nested", three, `1:"abc" 2:"" 3:"long value" `},
		{"cut in the last", three[:len(three)-4], `1:"abc" 2:"" `},
		{"without length", append([]byte{0, 0, 1, 0}, three...), ""},
		{"longer than the rest", []byte{9, 0, 1, 0, 'a', 'b', 'c', 'd'}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for kind, value := range Attributes(tt.data) {
				got += fmt.Sprintf("%d:%q ", kind, value)
			}
			if got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// What Messages and Attributes hand out lies within what they were given.
func FuzzNothingIsMadeUp(f *testing.F) {
	f.Add(message(1, "abcd"))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, payload := range Messages(data) {
			if !bytes.Contains(data, payload) {
				t.Fatalf("%q is not in %q", payload, data)
			}
			for _, value := range Attributes(payload) {
				if !bytes.Contains(payload, value) {
					t.Fatalf("%q is not in %q", value, payload)
				}
			}
		}
	})
}
