#!/bin/sh
# Time, addresses, and the end: the longest call, a socket for all addresses, IPv6, thousands of calls one after the other,
# and a stop with calls up.
set -u
answerer=$1
. "$(dirname "$0")/callers.sh"

start open=127.0.0.0/8 longest=10 rtp=27000
scenario endless
invite
expect BYE
good endless -p 7601 -mp 8620
logged "why=too long"
stop
counted too_long 1
counted calls_up 0

# The one who stops us is told that all callers were.
start open=127.0.0.0/8 invites=100 rtp=27000
scenario put-down
invite
expect BYE
play put-down -p 7602 -mp 8630 -m 5 -r 50 &
callers=$!
for _ in $(seq 100); do
	[ "$(grep -c '^arrival' "$work/log")" = 5 ] && break
	sleep 0.1
done
stop
wait "$callers" || failed "not every caller got a BYE"
counted calls 5

# Contact and SDP say where we are, not 0.0.0.0.
"$answerer" udp=0.0.0.0/0 open=127.0.0.0/8 rtp=27000 >"$work/log" 2>&1 &
pid=$!
running="$running $pid"
sleep 0.5
port=$(sed -n 's/^listening //p' "$work/log")
scenario wildcard
request INVITE "Content-Type: application/sdp" "$(sdp sendrecv)"
answered_with 200 "Contact: .sip:sayso@127.0.0.1:[0-9]+" "c=IN IP4 127.0.0.1"
acknowledged
speak
pause 1000
bye
good wildcard -p 7603 -mp 8640
logged "loud=yes"
stop

if [ -e /proc/net/if_inet6 ] && grep -q "^0*1 .* lo" /proc/net/if_inet6; then
	"$answerer" udp=::1/0 open=::1 rtp=27000 >"$work/log" 2>&1 &
	pid=$!
	running="$running $pid"
	sleep 0.5
	port=$(sed -n 's/^listening //p' "$work/log")
	scenario six
	invite
	bye
	sed -i 's/127\.0\.0\.1/[local_ip]/g; s/IN IP4/IN IP6/; s/\[local_ip\]:/[[local_ip]]:/; s/@\[local_ip\]/@[[local_ip]]/; s/c=IN IP4 /c=IN IP6 /' "$work/six.xml"
	sed -i 's/\[\[local_ip\]\]/[local_ip]/g; s/c=IN IP6.*/c=IN IP6 ::1/' "$work/six.xml"
	echo "</scenario>" >>"$work/six.xml"
	(cd "$work" && exec sipp "[::1]:$port" -sf six.xml -i ::1 -mi ::1 -p 7604 -mp 8650 -nostdin -m 1 -timeout 20s \
		>six.out 2>&1) || failed "a caller over IPv6 does not get through"
	logged "^arrival"
	stop
fi

# Memory and descriptors after many calls are what they were after a few.
start open=127.0.0.0/8 invites=1000 messages=5000 codec=PCMA quiet rtp=27000
scenario short
invite
pause 50
bye
usage() {
	echo "$(ls /proc/"$pid"/fd | wc -l) $(awk '/VmRSS/ { print $2 }' /proc/"$pid"/status)"
}
good short -p 7605 -mp 8660 -m 200 -r 40
sleep 1
before=$(usage)
good short -p 7606 -mp 8660 -m 600 -r 40 -timeout 120s
sleep 1
after=$(usage)
[ "${before% *}" = "${after% *}" ] || failed "descriptors: $before before, $after after"
# Transactions are kept for 32 s, a few kB a call; what leaks is more than that only if it grows with the calls.
[ $((${after#* } - ${before#* })) -lt 12000 ] || failed "memory in kB: $before before, $after after"
echo "descriptors and memory in kB: $before after 200 calls, $after after 800"
stop
counted calls 800
done_testing
