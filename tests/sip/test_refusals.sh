#!/bin/sh
# Who is turned away, and how: passwords, replays, sources, limits, floods, a service that is about to stop.
set -u
answerer=$1
. "$(dirname "$0")/callers.sh"

# with_password NAME REALM: an INVITE, the challenge, and the same with a password (sipp's -au and -ap).
with_password() {
	request INVITE "Content-Type: application/sdp" "$(sdp sendrecv)"
	answered 401 'auth="true"'
	request ACK
	request INVITE "[authentication]
Content-Type: application/sdp" "$(sdp sendrecv)"
}

start password=127.0.0.0/8 user=alice/secret user=bob/other invites=100 rtp=21000
scenario right
with_password
connected
pause 200
bye
good right -p 7301 -mp 8500 -au alice -ap secret
good right -p 7302 -mp 8510 -au bob -ap other
not_logged "auth-failed"
scenario wrong
with_password
answered 403
request ACK
good wrong -p 7303 -mp 8520 -au alice -ap guess
logged "log auth-failed ! source=127.0.0.1 cause=password"
good wrong -p 7304 -mp 8520 -au mallory -ap secret

# What one caller proved, said again by another: the same header in a new call.
scenario overheard
with_password
connected
bye
good overheard -p 7305 -mp 8530 -au alice -ap secret -trace_msg -message_file overheard.txt
proof=$(sed -n 's/^\(Authorization: .*\)/\1/p' "$work/overheard.txt" | tr -d '\r' | head -n 1)
[ -n "$proof" ] || failed "nothing was overheard"
scenario replay
request INVITE "$proof
Content-Type: application/sdp" "$(sdp sendrecv)"
answered 401
request ACK
good replay -p 7306 -mp 8540
logged "cause=replay"
stop
counted password 3
counted calls 3

start refuse=127.0.0.1 rtp=21000
scenario unwanted
request OPTIONS
echo '<recv response="200" timeout="2000"/>' | add
play unwanted -p 7307 -mp 8550 && failed "a source that is refused was answered"
logged "log refused ! source=127.0.0.1 cause=source"
stop

# The third call is one too many, and the fourth comes when we are about to stop.
start open=127.0.0.0/8 invites=100 calls=2 retry=7 rtp=21000
scenario long
invite
pause 4000
bye
play long -p 7308 -mp 8560 -m 2 -r 100 &
long=$!
logged "^arrival" 5
sleep 0.5
scenario one-too-many
told_to_wait 7
good one-too-many -p 7309 -mp 8580
scenario knock
request OPTIONS
answered 200
good knock -p 7310 -mp 8590
kill -USR1 "$pid"
sleep 0.2
good one-too-many -p 7311 -mp 8580
scenario knock-again
request OPTIONS
answered 503
good knock-again -p 7312 -mp 8590
wait "$long" || failed "calls that were up did not end well"
stop
counted full 1
counted draining 1
counted calls 2

# A flood of INVITEs on an open door. A call that is up goes on: every one of its messages is answered.
start open=127.0.0.0/8 invites=20 messages=100 calls=10 rtp=21000
scenario flood
request INVITE "Content-Type: application/sdp" "$(sdp sendrecv)"
pause 100
scenario through
invite
for _ in 1 2 3 4 5 6; do
	pause 300
	request OPTIONS
	answered 200
done
bye
play through -p 7313 -mp 8600 &
through=$!
logged "^arrival" 5
play flood -p 7314 -mp 8610 -r 4000 -m 12000 -l 12000 -nr
wait "$through" || failed "the call did not get through the flood"
good knock -p 7315 -mp 8590
logged "log limited ! source=127.0.0.1 cause=rate"
[ "$(grep -c '^log limited' "$work/log")" -le 20 ] || failed "a line for each message of a flood"
stop

# A phone that gives up while it rings.
start open=127.0.0.0/8 ring=3000 rtp=21000
scenario early
request INVITE "Content-Type: application/sdp" "$(sdp sendrecv)"
echo '<recv response="180"/>' | add
pause 300
add <<'EOT'
<send retrans="500"><![CDATA[
CANCEL sip:ivr@127.0.0.1:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] 127.0.0.1:[local_port];branch=[branch-3]
From: <sip:alice@127.0.0.1>;tag=[pid]-[call_number]
To: <sip:ivr@127.0.0.1>
Call-ID: [call_id]
CSeq: 1 CANCEL
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
<recv response="487"/>
EOT
acknowledged
good early -p 7316 -mp 8620
logged "why=cancelled"
not_logged "^arrival"
stop
counted cancelled 1
counted calls_up 0
done_testing
