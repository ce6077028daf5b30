package ipcmd

var xfrm = object{
	words:    "xfrm*",
	whenNone: "help",
	verbs: []verb{
		{words: "state*|sa*", whenNone: "show", part: xfrmStateVerbs},
		{words: "policy*", whenNone: "show", part: xfrmPolicyVerbs},
		{words: "monitor*", refuse: neverEnds},
		{words: "help*", class: Read},
	},
}

var xfrmStateVerbs = []verb{
	{words: "add*", class: Change, args: stateModify},
	{words: "update*", class: Change, args: stateModify},
	{words: "allocspi*", class: Change, args: stateAllocSPI},
	{words: "delete*", class: Change, args: stateGet},
	{words: "deleteall*|delall*", class: Change, args: stateShow},
	{words: "show*|list*|lst*", class: Read, args: stateShow},
	{words: "get*", class: Read, args: stateGet},
	{words: "flush*", class: Change, args: syntax{{"proto", xfrmProto}}},
	{words: "count*", class: Read},
	{words: "help*", class: Read},
}

const (
	xfrmProto = oneOf("esp|ah|comp|route2|hao")
	xfrmMode  = oneOf("transport|tunnel|ro|in_trigger|beet|iptfs")
	direction = oneOf("in|out|fwd")
)

// xfrmID says which state is meant.
var xfrmID = syntax{
	{"src", prefix{}},
	{"dst", prefix{}},
	{"proto", or{xfrmProto, oneOf("ipsec-any")}},
	{"spi", mark{}},
}

var stateModify = syntax{
	{"mode", xfrmMode},
	{"mark", then{mark{}, &maskWord}},
	{"reqid", number{}},
	{"seq", mark{}},
	{"replay-window", number{}},
	{"replay-seq", mark{}},
	{"replay-seq-hi", mark{}},
	{"replay-oseq", mark{}},
	{"replay-oseq-hi", mark{}},
	{"flag", several{stateFlag}},
	{"extra-flag", several{oneOf("dont-encap-dscp|oseq-may-wrap")}},
	{"sel", block{&selectorWords}},
	{"limit...", block{&limitWords}},
	{"encap", sequence{oneOf("espinudp|espinudp-nonike|espintcp"), number{max: max16}, number{max: max16}, host{}}},
	{"coa", prefix{}},
	{"ctx", text{max: 256}},
	{"offload", block{&offloadWords}},
	{"output-mark", then{mark{}, &maskWord}},
	{"if_id", mark{}},
	{"tfcpad", number{}},
	{"enc", sequence{algorithm, key}},
	{"auth", sequence{algorithm, key}},
	{"auth-trunc", sequence{algorithm, key, number{}}},
	{"aead", sequence{algorithm, key, number{}}},
	{"comp", algorithm},
	{"dir", oneOf("in|out")}, // since 6.11
	{takes: include{&xfrmID}},
}

const stateFlag = oneOf("noecn|decap-dscp|nopmtudisc|wildrecv|icmp|af-unspec|align4|esn")

var maskWord = syntax{{"mask", mark{}}}

var offloadWords = syntax{
	{"packet", nil}, // since 6.3
	{"crypto", nil},
	{"dev", device{}},
	{"dir", oneOf("in|out")},
}

var limitWords = syntax{
	{"time-soft", number{max: max64}},
	{"time-hard", number{max: max64}},
	{"time-use-soft", number{max: max64}},
	{"time-use-hard", number{max: max64}},
	{"byte-soft", number{max: max64}},
	{"byte-hard", number{max: max64}},
	{"packet-soft", number{max: max64}},
	{"packet-hard", number{max: max64}},
}

// selectorWords say what traffic is meant.
var selectorWords = syntax{
	{"src", prefix{}},
	{"dst", prefix{}},
	{"dev", or{"none", device{}}},
	{"proto", or{"any", or{ipProto, number{max: max8}}}},
	{"sport", number{max: max16}},
	{"dport", number{max: max16}},
	{"type", number{max: max8}},
	{"code", number{max: max8}},
	{"key", tunnelKey{}},
}

var stateAllocSPI = syntax{
	{"mode", xfrmMode},
	{"mark", then{mark{}, &maskWord}},
	{"reqid", number{}},
	{"seq", mark{}},
	{"min", mark{}},
	{"max", mark{}},
	{takes: include{&xfrmID}},
}

var stateGet = syntax{
	{"mark", then{mark{}, &maskWord}},
	{takes: include{&xfrmID}},
}

var stateShow = syntax{
	{"nokeys", nil},
	{"mode", xfrmMode},
	{"reqid", number{}},
	{"flag", several{stateFlag}},
	{takes: include{&xfrmID}},
}

var xfrmPolicyVerbs = []verb{
	{words: "add*", class: Change, args: policyModify},
	{words: "update*", class: Change, args: policyModify},
	{words: "delete*", class: Change, args: policyGet},
	{words: "deleteall*|delall*", class: Change, args: policyShow},
	{words: "show*|list*|lst*", class: Read, args: policyShow},
	{words: "get*", class: Read, args: policyGet},
	{words: "flush*", class: Change, args: syntax{{"ptype", policyType}}},
	{words: "count*", class: Read},
	{words: "set*", class: Change, args: policyThresholds},
	{words: "setdefault*", class: Change, args: policyDefaults}, // since 5.16
	{words: "getdefault*", class: Read},                         // since 5.16
	{words: "help*", class: Read},
}

const policyType = oneOf("main|sub")

var policyWords = syntax{
	{"dir", direction},
	{"ctx", text{max: 256}},
	{"mark", then{mark{}, &maskWord}},
	{"index", number{}},
	{"ptype", policyType},
	{"if_id", mark{}},
}

var policyModify = syntax{
	{takes: include{&policyWords}},
	{"action", oneOf("allow|block")},
	{"priority", number{}},
	{"flag", several{oneOf("localok|icmp")}},
	{"limit...", block{&limitWords}},
	{"tmpl...", block{&templateWords}},
	{"offload", block{&offloadWords}}, // since 6.3
	{takes: include{&selectorWords}},
}

var templateWords = syntax{
	{"mode", xfrmMode},
	{"reqid", number{}},
	{"level", oneOf("required|use")},
	{takes: include{&xfrmID}},
}

var policyGet = syntax{
	{takes: include{&policyWords}},
	{takes: include{&selectorWords}},
}

var policyShow = syntax{
	{"dir", direction},
	{"index", number{}},
	{"ptype", policyType},
	{"action", oneOf("allow|block")},
	{"priority", number{}},
	{"flag", several{oneOf("localok|icmp")}},
	{"nosock", nil},
	{takes: include{&selectorWords}},
}

var policyThresholds = syntax{
	{"hthresh4", sequence{number{max: 32}, number{max: 32}}},
	{"hthresh6", sequence{number{max: 128}, number{max: 128}}},
}

var policyDefaults = syntax{
	{"in", oneOf("block|accept")},
	{"fwd", oneOf("block|accept")},
	{"out", oneOf("block|accept")},
}

// algorithm is a name of the kernel's crypto: "rfc4106(gcm(aes))", or "".
var algorithm = word{lower + "_-,()"}

// key is hex behind 0x, or text. Nobody may see it again.
var key = text{max: maxWord, secret: true}
