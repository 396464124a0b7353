#!/bin/sh
# Callers of all kinds over the wire: calls, offers, keys, hold, changes of mind, and those who vanish.
set -u
answerer=$1
. "$(dirname "$0")/callers.sh"

start tcp=127.0.0.1/0 open=127.0.0.0/8 invites=100 messages=1000 silence=30 rtp=20000

# Those that take half a minute begin first: an ACK that never comes, a BYE that never comes.
scenario lost-ack
request INVITE "Content-Type: application/sdp" "$(sdp sendrecv)"
answered 200
pause 20000
play lost-ack -p 7101 -mp 8200 &
lost_ack=$!
scenario lost-bye
invite
speak
pause 2000
play lost-bye -p 7102 -mp 8210 &
lost_bye=$!

scenario basic
invite
speak
pause 1000
bye
good basic -p 7103 -mp 8220
logged "codec=PCMA"
logged "loud=yes"
good basic -p 7104 -mp 8230 -m 20 -r 20

scenario tcp
invite
speak
pause 500
bye
udp_port=$port
port=$tcp_port
good tcp -p 7105 -mp 8240 -t t1
port=$udp_port
logged "transport=TCP"

# The offer in our 200, the answer in their ACK.
scenario offerless
request INVITE
connected "Content-Type: application/sdp" "$(sdp sendrecv 127.0.0.1 "0 101")"
speak
pause 500
bye
good offerless -p 7106 -mp 8250
logged "codec=PCMU"

scenario keys
invite
keys 1 5 star pound
pause 300
bye
good keys -p 7107 -mp 8260
for key in 1 5 '\*' '#'; do
	logged "^key.* $key\$"
done
[ "$(grep -c '^key' "$work/log")" = 4 ] || failed "$(grep -c '^key' "$work/log") keys instead of 4"

scenario info
invite
request INFO "Content-Type: application/dtmf-relay" "Signal=7
Duration=160"
answered 200
request INFO "Content-Type: application/dtmf" "8"
answered 200
request INFO "Content-Type: text/plain" "hello"
answered 415
request INFO "Content-Type: application/dtmf-relay" "Signal=x"
answered 400
request INFO
answered 200
pause 200
bye
good info -p 7108 -mp 8270
logged "^key.* 7\$"
logged "^key.* 8\$"

# Hold as RFC 3264 says it and as it was said before; another codec; what is refused leaves the call as it was.
scenario hold
invite
invite sendonly
pause 200
invite sendrecv
invite inactive
invite sendrecv 0.0.0.0
invite sendrecv 127.0.0.1 "0 101"
speak
pause 300
request INVITE "Content-Type: application/sdp" "$(sdp sendrecv 127.0.0.1 99)"
answered 488
request ACK
request UPDATE "Content-Type: application/sdp" "$(sdp sendrecv)"
answered 405
request PRACK "RAck: 1 1 INVITE"
answered 405
request REFER "Refer-To: <sip:mallory@127.0.0.1>"
answered 405
bye
good hold -p 7109 -mp 8280

scenario media-lines
request INVITE "Content-Type: application/sdp" "$(sdp sendrecv)
m=video 9000 RTP/AVP 96
a=rtpmap:96 H264/90000
m=audio 9002 RTP/AVP 0"
answered_with 200 "m=video 0 RTP/AVP 96" "m=audio 0 RTP/AVP 0"
acknowledged
bye
good media-lines -p 7110 -mp 8290

scenario nothing-in-common
refused 488 "Content-Type: application/sdp" "$(sdp sendrecv 127.0.0.1 99)"
good nothing-in-common -p 7111 -mp 8300

wait "$lost_ack" "$lost_bye"
logged "why=no ACK" 40
logged "why=done" 40
stop
counted unacknowledged 1
counted silent 1
counted calls_up 0
# Twenty-one callers spoke for a second each, in packets of 20 ms; ours went out all the time that a call was up.
counted rtp_in '[1-9][0-9][0-9]+'
counted rtp_out '[1-9][0-9][0-9][0-9]+'
done_testing
