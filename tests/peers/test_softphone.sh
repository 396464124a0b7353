#!/bin/sh
# Callers with a softphone over UDP, TCP, TLS and SRTP, in every codec: what they say is understood, and what they hear is
# what the service says it spoke: the softphone's own recording is recognised again.
set -u
sayso=$1
. "$(dirname "$0")/service.sh"
needs baresip sox jq curl openssl
. "$here/softphone.sh"

serve one 7900 "sip:
  tls: 127.0.0.1:7903
  tls_certificate: $work/phone.pem"
one=$pid

person="$speech/$(jq -r 'select(.kind == "operator" and .says_operator and .accent == "native") | .file' \
	"$speech/operator/labels.jsonl" 2>/dev/null | head -n 1 | sed 's|^|operator/|')"
[ -f "$person" ] || {
	echo "no recordings of real callers in $speech: a synthetic voice asks for the operator"
	person=$work/person.wav
	"$sayso" kb say "operator please" --voice awb --out "$person" >/dev/null
}
"$sayso" kb say "how can I pay my bill" --voice rms --out "$work/question.wav" >/dev/null
caller_says operator 8000 1 "$person"
caller_says narrow 8000 1 "$work/question.wav"
caller_says wide 16000 1 "$work/question.wav"
caller_says full 48000 2 "$work/question.wav"

udp=sip:ivr@127.0.0.1:7900
tcp="$udp;transport=tcp"
tls="sip:ivr@127.0.0.1:7903;transport=tls"
dial person "$udp" 7950 "$work/operator.wav" "audio_codecs=PCMA"
dial opus "$tcp" 7955 "$work/full.wav" "audio_codecs=opus/48000/2;mediaenc=srtp"
dial secret "$udp" 7960 "$work/narrow.wav" "audio_codecs=PCMU;mediaenc=srtp-mand"
dial tls "$tls" 7965 "$work/wide.wav" "audio_codecs=G722/16000;mediaenc=srtp-mand"

# asked NAME TRANSPORT CODEC SRTP EVENT REPLY OUTCOME
asked() {
	call_ended "$1" 45
	id=$(sed -n "s/.*event=sip-call call=\([^ ]*\) .*transport=$2 codec=$3 srtp=$4\$/\1/p" "$work/one.log")
	[ -n "$id" ] || {
		failed "no call over $2 with $3, srtp=$4"
		return
	}
	logged one "event=end call=$id .*outcome=$7"
	heard=$(heard_by "$1" "$id" "$5")
	[ "$heard" = "$6" ] || failed "$1 heard \"$heard\" instead of \"$6\": $(cat "$work/$1/heard" 2>/dev/null)"
}
asked person UDP PCMA no "handoff" handoff handoff
asked opus TCP opus yes "answer" pay-bill answered
asked secret UDP PCMU yes "answer" pay-bill answered
asked tls TLS G722 yes "answer" pay-bill answered

counts 7900 'sayso_calls_total{kind="sip",outcome="handoff"}' 1
counts 7900 'sayso_calls_total{kind="sip",outcome="answered"}' 3
counts 7900 'sayso_calls_in_progress{kind="sip"}' 0
"$sayso" calls --db "$work/one.db" list >"$work/list"
[ "$(grep -c ' answered$' "$work/list")" = 3 ] && [ "$(grep -c ' handoff$' "$work/list")" = 1 ] || {
	failed "the records do not say so"
	cat "$work/list"
}
stop one "$one"
[ "$failures" = 0 ] || cp -r "$work" "${SAYSO_KEEP:-/dev/null}" 2>/dev/null
done_testing
