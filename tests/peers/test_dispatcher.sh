#!/bin/sh
# Kamailio in front of two engines, with the configuration of the manual. One engine is killed: the calls of the other go on,
# new calls are answered, and when it is back it gets calls again. The other then ends in good order: it loses none.
set -u
sayso=$1
. "$(dirname "$0")/service.sh"
. "$here/../sip/scenarios.sh"
needs kamailio curl

printf '1 sip:127.0.0.1:7830\n1 sip:127.0.0.1:7840\n' >"$work/dispatcher.list"
serve a 7830
a=$pid
serve b 7840
b=$pid
mkdir "$work/run"
kamailio -f "$here/../../docs/kamailio.cfg" -DD -E -Y "$work/run" -P "$work/run/pid" -m 16 -M 4 \
	-A LISTEN=udp:127.0.0.1:7820 -A "ENGINES=\"$work/dispatcher.list\"" >"$work/kamailio" 2>&1 &
running="$running $!"
port=7820

# in_dialog METHOD: by the way that the INVITE's answer came.
in_dialog() {
	[ "$1" = ACK ] || cseq=$((cseq + 1))
	add <<-END
		<send><![CDATA[
		$1 [next_url] SIP/2.0
		Via: SIP/2.0/[transport] 127.0.0.1:[local_port];branch=[branch]
		[routes]
		From: <sip:alice@127.0.0.1>;tag=[pid]-[call_number]
		To: <sip:ivr@127.0.0.1>[peer_tag_param]
		Call-ID: [call_id]
		CSeq: $cseq $1
		Max-Forwards: 70
		Content-Length: 0

		]]></send>
	END
}

# caller NAME MS: a call of so many milliseconds.
caller() {
	scenario "$1"
	request INVITE "Content-Type: application/sdp" "$(sdp sendrecv)"
	answered 200 'rrs="true"'
	in_dialog ACK
	speak
	pause "$2"
	in_dialog BYE
	answered 200
}

up() {
	[ "$(metric "$1" 'sayso_calls_in_progress{kind="sip"}')" = "$2" ]
}

# Kamailio asks each second; the first answers make both engines known.
caller first 200
within 10 play first -p 7860 -mp 18200 -timeout 5s || {
	failed "no call gets through Kamailio"
	tail -n 20 "$work/kamailio"
	done_testing
}
sleep 2

caller during 11000
play during -p 7861 -mp 18210 -m 6 -r 10 -timeout 18s &
during=$!
within 5 up 7830 3 || failed "engine a has no three calls of six"
within 5 up 7840 3 || failed "engine b has no three calls of six"
kill -9 "$a"
killed=$(date +%s)

# At once, while Kamailio believes in the dead engine, and after.
caller after 500
play after -p 7862 -mp 18240 -m 6 -r 6 -timeout 10s || failed "a call after the kill is not answered"
within 3 up 7840 3 || failed "engine b does not have its three calls any more"

serve a 7830
a=$pid
caller again 500
for _ in 1 2 3; do
	sleep 1
	play again -p 7863 -mp 18270 -m 2 -r 2 -timeout 10s || failed "a call is not answered after the engine came back"
	grep -q 'event=call ' "$work/a.log" && break
done
logged a 'event=call '

# b hung up nobody: its three callers did.
sleep $((killed + 12 - $(date +%s) > 0 ? killed + 12 - $(date +%s) : 0))
within 5 up 7840 0 || failed "engine b still has calls"
! grep -q 'sip-hung-up .*by=\(sayso\|us\|engine\)' "$work/b.log" || failed "engine b hung up a caller"
kill "$during" 2>/dev/null
wait "$during" 2>/dev/null

# An engine that ends takes no new call, and keeps the one it has.
caller long 5000
play long -p 7864 -mp 18300 -m 2 -r 10 -timeout 15s &
long=$!
within 5 up 7840 1 || failed "engine b has no call"
kill -TERM "$b"
play after -p 7865 -mp 18320 -m 4 -r 8 -timeout 10s || failed "a call is not answered while an engine ends"
wait "$long" || failed "a call was lost when its engine ended in good order"
status=0
wait "$b" || status=$?
[ "$status" = 0 ] || failed "engine b ended with $status"
stop a "$a"
done_testing
