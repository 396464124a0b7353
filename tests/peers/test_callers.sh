#!/bin/sh
# sipp's callers with the whole service: a call, hold, key 0 and the transfer to an agent, refusals, the limit; and the
# numbers of /metrics agree with what the callers saw.
set -u
sayso=$1
. "$(dirname "$0")/service.sh"
. "$here/../sip/scenarios.sh"
needs curl

serve one 7850 "calls: {max: 2}
handoff: {mode: blind, target: \"sip:agents@127.0.0.1:7899\"}
sip:
  retry_after_s: 7"
one=$pid
port=7850

scenario basic
invite
speak
pause 1000
bye
good basic -p 7870 -mp 18000

scenario hold
invite
invite sendonly
pause 300
invite sendrecv
request UPDATE "Content-Type: application/sdp" "$(sdp sendrecv)"
answered 405
bye
good hold -p 7871 -mp 18010

# 0 over the greeting: the caller is sent on at once, with the case in the header of RFC 7433.
scenario zero
invite
pause 1500
keys 0
expect REFER 202 "" "User-to-User: [0-9a-f]+;encoding=hex"
notify "active;expires=60" "100 Trying"
notify "terminated;reason=noresource" "200 OK"
expect BYE
good zero -p 7872 -mp 18020 -timeout 30s
grep -q "event=handoff .*reason=asked" "$work/one.log" || failed "no hand-off in the log"

# Nobody is there: the caller is still ours, and told so.
scenario nobody
invite
pause 1000
request INFO "Content-Type: application/dtmf-relay" "Signal=0"
answered 200
expect REFER 404
pause 1500
bye
good nobody -p 7873 -mp 18030 -timeout 30s

scenario nothing-in-common
refused 488 "Content-Type: application/sdp" "$(sdp sendrecv 127.0.0.1 99)"
good nothing-in-common -p 7874 -mp 18040

# Two are up, the third is one too many.
scenario long
invite
pause 3000
bye
play long -p 7875 -mp 18050 -m 2 -r 20 &
long=$!
within 5 counts_now 7850 'sayso_calls_in_progress{kind="sip"}' 2 || failed "two calls are not up"
scenario full
told_to_wait 7
good full -p 7876 -mp 18060
wait "$long" || failed "the two calls did not go on"

counts 7850 'sayso_calls_in_progress{kind="sip"}' 0
counts 7850 'sayso_sip_invites_total' 8
counts 7850 'sayso_sip_refusals_total{cause="full"}' 1
counts 7850 'sayso_sip_refusals_total{cause="media"}' 1
counts 7850 'sayso_sip_transfers_total{result="done"}' 1
counts 7850 'sayso_sip_transfers_total{result="failed"}' 1
counts 7850 'sayso_handoffs_total{reason="asked"}' 2
ended=$(grep -c 'event=end ' "$work/one.log")
[ "$ended" = 6 ] || failed "$ended calls in the log instead of 6"
stop one "$one"
done_testing
