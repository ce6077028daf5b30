package cage

import (
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/idmap"
)

func TestUIDIsOneThatNobodyUses(t *testing.T) {
	if UID < 1879048192 || UID > 2147352575 {
		t.Errorf("%d is not in the range that systemd leaves unused", UID)
	}
	if UID < 2_000_000_000 {
		t.Errorf("%d is in the range that OpenShift gives to projects", UID)
	}
}

func TestChooseIdentity(t *testing.T) {
	const everyone = 1<<32 - 1
	tests := []struct {
		name        string
		uids, gids  idmap.Map
		keepsGroups bool
		uid, gid    uint32
		says        string
	}{
		{"a node", idmap.Map{{Count: everyone}}, idmap.Map{{Count: everyone}}, false, UID, UID, ""},
		{
			"the uid is mapped elsewhere",
			idmap.Map{{Count: 1}, {Inside: UID, Outside: 5, Count: 1}},
			idmap.Map{{Inside: UID, Count: 1}},
			false, UID, UID, "",
		},
		{
			"rootless with subordinate ids",
			idmap.Map{{Outside: 1000, Count: 1}, {Inside: 1, Outside: 100000, Count: 65536}},
			idmap.Map{{Outside: 1000, Count: 1}, {Inside: 1, Outside: 100000, Count: 65536}},
			false,
			65536, 65536, "lacks uid 2091507712",
		},
		{"one uid", idmap.Map{{Outside: 1000, Count: 1}}, idmap.Map{{Outside: 1000, Count: 1}}, true, 0, 0, "keep it (0), and the groups"},
		{"setgroups denied alone", idmap.Map{{Count: everyone}}, idmap.Map{{Count: everyone}}, true, UID, UID, "denies setgroups"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			who := chooseIdentity(tt.uids, tt.gids, tt.keepsGroups)
			if who.uid != tt.uid || who.gid != tt.gid || who.keepsGroups != tt.keepsGroups {
				t.Errorf("%+v, want %d:%d", who, tt.uid, tt.gid)
			}
			if !strings.Contains(who.weakness, tt.says) || (tt.says == "") != (who.weakness == "") {
				t.Errorf("says %q, want %q", who.weakness, tt.says)
			}
		})
	}
}
