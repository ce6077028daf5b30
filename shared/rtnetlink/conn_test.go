package rtnetlink

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/nlmsg"
)

func reply(kind, flags uint16, sequence uint32, payload []byte) []byte {
	h := nlmsg.Header{Kind: kind, Flags: flags, Sequence: sequence}
	return append(nlmsg.AppendHeader(nil, h, len(payload)), payload...)
}

func code(n int32) []byte { return binary.NativeEndian.AppendUint32(nil, uint32(n)) }

// What a kernel does in moments that a test cannot bring about.
func TestAnswer(t *testing.T) {
	const multi = unix.NLM_F_MULTI
	tests := []struct {
		name        string
		datagrams   [][]byte
		taken       int
		interrupted bool
		err         error
	}{
		{"a single one", [][]byte{reply(unix.RTM_NEWLINK, 0, 1, nil)}, 1, false, nil},
		{"an error", [][]byte{reply(unix.NLMSG_ERROR, 0, 1, code(-int32(unix.ENODEV)))}, 0, false, unix.ENODEV},
		{"an acknowledgement", [][]byte{reply(unix.NLMSG_ERROR, 0, 1, code(0))}, 0, false, nil},
		{
			"a dump in two datagrams",
			[][]byte{
				slices.Concat(reply(unix.RTM_NEWLINK, multi, 1, nil), reply(unix.RTM_NEWLINK, multi, 1, nil)),
				slices.Concat(reply(unix.RTM_NEWLINK, multi, 1, nil), reply(unix.NLMSG_DONE, multi, 1, code(0))),
			},
			3, false, nil,
		},
		{
			"a dump that was interrupted",
			[][]byte{reply(unix.RTM_NEWLINK, multi|unix.NLM_F_DUMP_INTR, 1, nil), reply(unix.NLMSG_DONE, multi, 1, code(0))},
			1, true, nil,
		},
		{
			"an interruption that only its end tells",
			[][]byte{reply(unix.RTM_NEWLINK, multi, 1, nil), reply(unix.NLMSG_DONE, multi|unix.NLM_F_DUMP_INTR, 1, code(0))},
			1, true, nil,
		},
		{
			"a dump that fails in the middle",
			[][]byte{reply(unix.RTM_NEWLINK, multi, 1, nil), reply(unix.NLMSG_DONE, multi, 1, code(-int32(unix.EMSGSIZE)))},
			1, false, unix.EMSGSIZE,
		},
		{
			"what belongs to an earlier request",
			[][]byte{reply(unix.NLMSG_DONE, multi, 0, code(0)), reply(unix.RTM_NEWLINK, 0, 1, nil)},
			1, false, nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			taken := 0
			a := answer{sequence: 1, take: func([]byte) { taken++ }}
			var err error
			for _, datagram := range tt.datagrams {
				if a.complete || err != nil {
					t.Fatal("complete before its end")
				}
				err = a.add(datagram)
			}
			if !a.complete || taken != tt.taken || a.interrupted != tt.interrupted || !errors.Is(err, tt.err) {
				t.Errorf("complete %v, %d taken, interrupted %v, %v", a.complete, taken, a.interrupted, err)
			}
		})
	}
}

// Half a message of a strange kernel must not end the plugin.
func FuzzParsersTakeAnything(f *testing.F) {
	f.Add(make([]byte, 64))
	f.Fuzz(func(_ *testing.T, message []byte) {
		parseLink(message)
		parseAddress(message)
		parseRoute(message)
		for _, b := range [][]byte{{unix.AF_INET, 24}, {unix.AF_INET6, 200}} {
			parseRoute(append(append(b, make([]byte, unix.SizeofRtMsg-2)...), message...))
		}
	})
}
