# Writes and plays callers for sipp, to 127.0.0.1:$port: each function adds to the scenario that `scenario NAME` began.
# Sourced; who sources it has a folder in $work, and failed.
# shellcheck disable=SC2154 # the variables of who sources this
command -v sipp >/dev/null || {
	echo "skipped: sipp is not installed (sip-tester)"
	exit 77
}
pcaps=/usr/share/sip-tester
port=9
callee=ivr

scenario() {
	xml="$work/$1.xml"
	cseq=0
	to=
	printf '<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="%s">\n' "$1" >"$xml"
}

add() {
	cat >>"$xml"
}

# sdp DIRECTION [ADDRESS [FORMATS]]
sdp() {
	cat <<-EOT
		v=0
		o=- 1 $((cseq + 1)) IN IP4 127.0.0.1
		s=-
		c=IN IP4 ${2:-127.0.0.1}
		t=0 0
		m=audio [media_port] RTP/AVP ${3:-8 101}
		a=rtpmap:101 telephone-event/8000
		a=$1
	EOT
}

# request METHOD [HEADERS [BODY]]: sent again until answered; in the dialog once `in_dialog` was said.
request() {
	[ "$1" = ACK ] || cseq=$((cseq + 1))
	resend=' retrans="500"'
	[ "$1" != ACK ] || resend=
	add <<-EOT
		<send$resend><![CDATA[
		$1 sip:$callee@127.0.0.1:[remote_port] SIP/2.0
		Via: SIP/2.0/[transport] 127.0.0.1:[local_port];branch=[branch]
		From: <sip:alice@127.0.0.1>;tag=[pid]-[call_number]
		To: <sip:$callee@127.0.0.1>$to
		Call-ID: [call_id]
		CSeq: $cseq $1
		Contact: <sip:alice@127.0.0.1:[local_port];transport=[transport]>
		Max-Forwards: 70
		${2:+$2
		}Content-Length: [len]

		${3:-}
		]]></send>
	EOT
}

# answered CODE [ATTRIBUTES]
answered() {
	add <<-EOT
		<recv response="100" optional="true"/>
		<recv response="180" optional="true"/>
		<recv response="$1" ${2:-}/>
	EOT
}

# matched PATTERN...: the message that was just received must have all of them. A quote, which an attribute of XML cannot
# have, is any character.
matched() {
	echo "<action>" | add
	for pattern; do
		patterns=$((${patterns:-0} + 1))
		pattern=$(printf %s "$pattern" | tr '"' .)
		echo "<ereg regexp=\"$pattern\" search_in=\"msg\" check_it=\"true\" assign_to=\"p$patterns\"/>" | add
	done
	echo "</action></recv><Reference variables=\"$(seq -f p%g -s , $((patterns - $# + 1)) "$patterns")\"/>" | add
}

# answered_with CODE PATTERN...
answered_with() {
	printf '<recv response="100" optional="true"/>\n<recv response="%s">\n' "$1" | add
	shift
	matched "$@"
}

# connected [HEADERS [BODY]]: the answer to an INVITE, and our ACK.
connected() {
	answered 200
	acknowledged "$@"
}

acknowledged() {
	to='[peer_tag_param]'
	request ACK "$@"
}

# invite [DIRECTION [ADDRESS [FORMATS]]]: a call that is taken, or a change of it.
invite() {
	request INVITE "Content-Type: application/sdp" "$(sdp "${1:-sendrecv}" "${2:-127.0.0.1}" "${3:-8 101}")"
	connected
}

# refused CODE [HEADERS [BODY]]
refused() {
	request INVITE "${2:-Content-Type: application/sdp}" "${3:-$(sdp sendrecv)}"
	answered "$1"
	acknowledged
}

# told_to_wait SECONDS: the limit is reached.
told_to_wait() {
	request INVITE "Content-Type: application/sdp" "$(sdp sendrecv)"
	answered_with 503 "Retry-After: $1"
	acknowledged
}

# expect METHOD [CODE [HEADERS [PATTERN]]]: a request of theirs, answered CODE; a message without PATTERN fails.
expect() {
	if [ -n "${4:-}" ]; then
		echo "<recv request=\"$1\">" | add
		matched "$4"
	else
		echo "<recv request=\"$1\"/>" | add
	fi
	add <<-EOT
		<send><![CDATA[
		SIP/2.0 ${2:-200} Answered
		[last_Via:]
		[last_From:]
		[last_To:]
		[last_Call-ID:]
		[last_CSeq:]
		Contact: <sip:alice@127.0.0.1:[local_port];transport=[transport]>
		${3:+$3
		}Content-Length: 0

		]]></send>
	EOT
}

pause() {
	echo "<pause milliseconds=\"$1\"/>" | add
}

# speak: six seconds of a voice, in the background. keys 1 2 …: one each 500 ms; a pcap's RTP timestamps are its own, so
# none may be played twice in a call.
speak() {
	echo "<nop><action><exec play_pcap_audio=\"$pcaps/g711a.pcap\"/></action></nop>" | add
}

keys() {
	for key; do
		echo "<nop><action><exec play_pcap_audio=\"$pcaps/dtmf_2833_$key.pcap\"/></action></nop>" | add
		pause 500
	done
}

bye() {
	request BYE
	answered 200
}

# notify STATE STATUS: how a transfer stands (RFC 3515).
notify() {
	request NOTIFY "Event: refer
Subscription-State: $1
Content-Type: message/sipfrag" "SIP/2.0 $2"
	answered 200
}

# sdp_answer: a phone's.
sdp_answer() {
	cat <<-EOT
		v=0
		o=- 1 1 IN IP4 127.0.0.1
		s=-
		c=IN IP4 127.0.0.1
		t=0 0
		m=audio [media_port] RTP/AVP 8 101
		a=rtpmap:101 telephone-event/8000
	EOT
}

# ring CODE [PATTERN]: an agent's phone that is called, rings and answers with CODE.
ring() {
	expect INVITE 180 "" "${2:-INVITE}"
	pause 500
	body=
	[ "$1" != 200 ] || body=$(sdp_answer)
	add <<-EOT
		<send retrans="500"><![CDATA[
		SIP/2.0 $1 Answered
		[last_Via:]
		[last_From:]
		[last_To:];tag=agent
		[last_Call-ID:]
		[last_CSeq:]
		Contact: <sip:agent@127.0.0.1:[local_port]>
		${body:+Content-Type: application/sdp
		}Content-Length: [len]

		$body
		]]></send>
		<recv request="ACK"/>
	EOT
}

# play NAME [SIPP OPTIONS...]: one caller, or as many as -m says. False when a message did not come as written.
play() {
	name=$1
	shift
	tail -n 1 "$work/$name.xml" | grep -q '</scenario>' || echo "</scenario>" >>"$work/$name.xml"
	(cd "$work" && exec sipp "127.0.0.1:$port" -sf "$name.xml" -i 127.0.0.1 -mi 127.0.0.1 -nostdin -m 1 -timeout 60s \
		-trace_err -error_file "$name.err" "$@" >"$name.out" 2>&1)
}

# good NAME [SIPP OPTIONS...]
good() {
	play "$@" || {
		failed "caller \"$1\" did not get what it expects"
		sed 's/^/    sipp: /' "$work/$1.err" 2>/dev/null | head -n 12
	}
}
