#!/bin/sh
# A caller is passed on to a person: REFER that is taken, refused and forgotten, an agent's phone that we call ourselves,
# and callers who come back.
set -u
answerer=$1
. "$(dirname "$0")/callers.sh"

start open=127.0.0.0/8 invites=100 pass-to=sip:queue@127.0.0.1:7499 case=58325 rtp=22000

scenario taken
asks
expect REFER 202 "" "User-to-User: 3538333235;encoding=hex"
pause 200
notify "active;expires=60" "100 Trying"
notify "terminated;reason=noresource" "200 OK"
expect BYE
good taken -p 7401 -mp 9620
logged "^passing.* trying"
logged "^passing.* done"
logged "log transferred"

# A 404 leaves the caller with us, and the next try may work.
scenario unknown
asks
expect REFER 404
pause 500
request INFO "Content-Type: application/dtmf-relay" "Signal=5"
answered 200
request INFO "Content-Type: application/dtmf-relay" "Signal=0"
answered 200
expect REFER 202
notify "terminated;reason=noresource" "486 Busy Here"
pause 300
speak
pause 300
bye
good unknown -p 7402 -mp 9630
logged "^key.* 5\$"
logged 'log transfer-failed ! id=.* why=404'
logged 'log transfer-failed ! id=.* why=486'

# What PBXs do: the caller's leg is hung up as soon as the REFER is taken.
scenario at-once
asks
expect REFER 202
notify "active;expires=60" "100 Trying"
bye
good at-once -p 7403 -mp 9640
logged "^passing.* done"

# "No agent free" comes back with its case.
scenario back
request INVITE "X-Sayso-Case: 58325
Content-Type: application/sdp" "$(sdp sendrecv)"
connected
pause 100
bye
good back -p 7404 -mp 9650
logged "^arrival.* 58325"
scenario back-hex
request INVITE "User-to-User: 3538333236;encoding=hex
Content-Type: application/sdp" "$(sdp sendrecv)"
connected
pause 100
bye
good back-hex -p 7404 -mp 9650
logged "^arrival.* 58326"
stop
counted done 2
counted failed 2
counted calls_up 0

# An agent's phone, and both speak through us until one hangs up. The phone is a second answerer, which tells what it
# heard: the caller, and the case.
phone
start open=127.0.0.0/8 invites=100 transfer=bridge pass-to="sip:agent@127.0.0.1:$phone_port" case=58325 rtp=22000
scenario caller
asks
pause 500
speak
pause 3000
bye
good caller -p 7405 -mp 9670
logged "^passing.* done"
logged "by=caller why=bye"
sleep 0.5
grep -q "^arrival.* 58325" "$work/phone" || failed "the agent's phone was not told the case"
grep -q "^ended.* loud=yes" "$work/phone" || failed "the agent did not hear the caller, or was not hung up"
scenario agent-hangs-up
asks
expect BYE
play agent-hangs-up -p 7409 -mp 9710 &
caller=$!
sleep 1.5
kill "$phone"
wait "$phone"
wait "$caller" || failed "the agent hung up, and the caller was not told"
logged "why=the agent hung up"
stop
counted done 2
counted calls_up 0

# A phone that is busy: the caller stays, and the keys still count.
start open=127.0.0.0/8 invites=100 transfer=bridge pass-to=sip:agent@127.0.0.1:7498 case=58325 rtp=22000
scenario busy
ring 486
play busy -p 7498 -mp 9660 &
agent=$!
scenario still-here
asks
pause 1500
request INFO "Content-Type: application/dtmf-relay" "Signal=6"
answered 200
pause 200
bye
good still-here -p 7406 -mp 9680
wait "$agent" || failed "the busy phone was not called"
logged "why=486"
logged "^key.* 6\$"
stop
counted done 0
counted failed 1
counted calls_up 0

# The agent answers first, then the caller's side replaces that call.
start open=127.0.0.0/8 invites=100 transfer=attended pass-to=sip:agent@127.0.0.1:7498 rtp=22000
scenario replaced
ring 200
expect BYE
play replaced -p 7498 -mp 9660 &
agent=$!
scenario attended
asks
expect REFER 202 "" "Replaces=[^;]*%3Bto-tag%3D[^;]*%3Bfrom-tag%3D"
notify "terminated;reason=noresource" "200 OK"
expect BYE
good attended -p 7407 -mp 9690
wait "$agent" || failed "the agent's phone was not called, or not hung up"
stop
counted done 1
counted calls_up 0

# A stop ends both sides of a bridged call.
phone
start open=127.0.0.0/8 transfer=bridge pass-to="sip:agent@127.0.0.1:$phone_port" rtp=22000
scenario put-down
asks
expect BYE
play put-down -p 7410 -mp 9720 &
caller=$!
logged "^passing.* done" 10
sleep 0.5
stop
wait "$caller" || failed "a bridged caller is not told of the stop"
for _ in $(seq 30); do
	grep -q "^ended" "$work/phone" && break
	sleep 0.1
done
grep -q "^ended" "$work/phone" || failed "a bridged agent is not told of the stop"
kill "$phone"
wait "$phone"

# Nobody answers in time.
start open=127.0.0.0/8 invites=100 transfer=bridge agent-ring=5 pass-to=sip:agent@127.0.0.1:7498 rtp=22000
scenario silent-phone
expect INVITE 180
expect CANCEL
play silent-phone -p 7498 -mp 9660 &
agent=$!
scenario patient
asks
pause 6500
bye
good patient -p 7408 -mp 9700
wait "$agent"
logged 'why=not in time'
stop
counted failed 1
done_testing
