package attacks

var wayOut = []attack{
	{
		"moving a device, or making one or its peer, in another netns (`netns 1`, `netns NAME`, `peer ... netns`)",
		[]wall{parser, inspector},
		[]string{"e2e/attacks TestNoLineLeavesTheNetns", "shared/cage TestMessagesThatLeave"},
	},
	{
		"`link-netnsid`: a macvlan on a card of the node",
		[]wall{parser, inspector},
		[]string{"e2e/attacks TestLinkNetnsidIsRefused", "shared/cage TestMessagesThatLeave"},
	},
	{
		"`netns exec`, `netns add`, `netns attach`, `-netns`, `-all`, `vrf exec`, also abbreviated",
		[]wall{parser, seccomp, capability},
		[]string{"e2e/attacks TestNoLineLeavesTheNetns", "shared/cage TestWhatTheParserRefusesIsHarmless/netns exec x /bin/sh -c id", "shared/cage TestWhatTheParserRefusesIsHarmless/vrf exec default /bin/sh -c id"},
	},
	{
		"CNI_NETNS is the node's, seen from a plugin in another netns",
		[]wall{netnsCheck},
		[]string{"e2e/attacks TestNetnsOfTheNodeIsRefused", "shared/podnetns TestPIDOneElsewhere"},
	},
	{
		"`sandbox` in a prevResult is another pod, the node, or a FIFO",
		[]wall{netnsCheck},
		[]string{"e2e/attacks TestSandboxIsNotOpened"},
	},
	{
		"an attachment called `netns`, `-batch` or `if1`",
		[]wall{parser},
		[]string{"e2e/attacks TestInterfaceThatIsAWordOfIP"},
	},
	{
		"a shell's words, quotes, control characters",
		[]wall{parser},
		[]string{"e2e/attacks TestNoLineLeavesTheNetns/a shell's words", "e2e/attacks TestOutputForgesNoLine"},
	},
}

var throughDevices = []attack{
	{
		"a macvlan in source mode, with `nodst`, a macvtap, an ipvlan or a vlan on top of the pod's macvlan: frames of the node and of other pods",
		[]wall{state},
		[]string{"e2e/attacks TestMacvlanLeavesTheHostsCardAlone", "shared/device TestGuardRefuses"},
	},
	{
		"promiscuous mode, multicast, MAC or mode of the pod's macvlan, which reach the node's card",
		[]wall{state},
		[]string{"e2e/attacks TestMacvlanLeavesTheHostsCardAlone", "shared/device TestPromiscuousMacvlanReachesTheHost"},
	},
	{
		"another remote for a tunnel whose underlay is the node's",
		[]wall{state},
		[]string{"e2e/attacks TestVXLANOfTheHostIsNotRedirected"},
	},
	{
		"a bridge, bond or ring between two networks",
		[]wall{state},
		[]string{"e2e/attacks TestNetworksAreNotJoined"},
	},
	{
		"a name, an alias or an altname on which another plugin's DEL relies, or another device in its place",
		[]wall{state},
		[]string{"e2e/attacks TestHostDeviceComesHome"},
	},
	{
		"another device under a name that has been judged",
		[]wall{state},
		[]string{"e2e/attacks TestSameWordsMeetAnotherDevice"},
	},
	{
		"4096 queues a device",
		[]wall{state},
		[]string{"e2e/attacks TestDeviceHasFewQueues"},
	},
	{
		"a neighbour's address or MAC, in chainsaw",
		[]wall{nothing, rules, nodePolicy},
		[]string{"e2e/attacks TestNeighboursAddress"},
	},
	{
		"an address of its choice as the podIP",
		[]wall{truth},
		[]string{"e2e/chain TestPodNeverChoosesItsPodIP"},
	},
}

var written = []attack{
	{
		"two readings of one configuration: a key twice, of another case, with a long s, escaped",
		[]wall{decoding},
		[]string{"e2e/attacks TestRulesHaveOneReading", "shared/strictjson TestParseRefuses"},
	},
	{
		"no JSON, deep nesting, 10 MB, a million keys",
		[]wall{decoding},
		[]string{"e2e/attacks TestDocumentThatIsNone"},
	},
	{
		"two readings of one value: octal and hex numbers and addresses",
		[]wall{parser},
		[]string{"e2e/attacks TestNumbersInOtherBasesAreRefused"},
	},
	{
		"commands where an admission policy that reads the annotation does not look: `cni-args`, the runtime's annotations, pods/status, a binding",
		[]wall{rules, nodePolicy},
		[]string{"e2e/attacks TestEverySourceIsThePods", "e2e/deployments TestAdmission"},
	},
	{
		"a net-attach-def with a `prevResult`, `args` or `runtimeConfig` of its own",
		[]wall{decoding, rules},
		[]string{"e2e/attacks TestSpecificationsKeysOfANetwork"},
	},
	{
		"another spelling, order, repetition or block to get past a rule",
		[]wall{parser, rules},
		[]string{"shared/rule TestAllowedCommandsAreWithinTheirRule", "shared/rule FuzzMatch"},
	},
	{
		"more commands, words or time than an ADD may have",
		[]wall{limits},
		[]string{"e2e/attacks TestOneADDIsBounded"},
	},
	{
		"the commands of another pod of the same name",
		[]wall{lookup},
		[]string{"e2e/chain TestPodIsTheOneThatCNIArgsName"},
	},
	{
		"the keys of a node's policy misspelt, or the file writable by others",
		[]wall{nodePolicy, places},
		[]string{"e2e/chain TestNodePolicyThatCannotBeTrustedRefusesEverything"},
	},
}

var files = []attack{
	{
		"`kubeconfig` or `socket_path` of a net-attach-def names a file of a pod's",
		[]wall{places},
		[]string{"e2e/attacks TestKubeconfigOfANetwork"},
	},
	{
		"a kubeconfig that starts a program, sends a root-only file, trusts anybody, is a FIFO or a link",
		[]wall{places, decoding},
		[]string{"e2e/attacks TestKubeconfigThatIsATrap", "tools/chainsaw-lookup TestConfigureRefuses", "tools/chainsaw-lookup TestLookupOnHostileServers"},
	},
	{
		"a helper or an `ip` that others could replace",
		[]wall{places},
		[]string{"e2e/attacks TestIPIsNobodyElses", "shared/apihelper TestFind"},
	},
	{
		"a FIFO in the place of the policy, the socket or the spool's lock",
		[]wall{places, limits},
		[]string{"e2e/attacks TestFileThatHangsTheNode"},
	},
	{
		"somebody else's socket in chainsawd's place, or somebody else at chainsawd's socket",
		[]wall{places, limits},
		[]string{"shared/daemon TestClientRefusesPlacesThatAreNotRoots", "shared/daemon TestClientWithstandsAServer", "shared/daemon TestServerWithstandsAClient", "shared/daemon TestServerIsNotHeldUpByStallingClients"},
	},
	{
		"a pod or a command named as a path, to write outside of the spool",
		[]wall{decoding, places},
		[]string{"e2e/attacks TestReportsStayInTheSpool", "shared/spool TestFilesAreRootsAloneAndNamelessOfPods"},
	},
	{
		"one pod's reports fill the spool",
		[]wall{limits},
		[]string{"e2e/attacks TestOnePodDoesNotFillTheSpool", "shared/spool TestAPodKeepsToItsShareAndTheLossIsSaid"},
	},
	{
		"output that looks like a line of ours, or steers a terminal",
		[]wall{parser, printing},
		[]string{"e2e/attacks TestOutputForgesNoLine", "shared/report TestOutputCannotLookLikeAHeader"},
	},
	{
		"keys (xfrm, macsec) read from reports and errors",
		[]wall{printing},
		[]string{"e2e/chain TestKeysStayOutOfErrorsAndReports"},
	},
}
