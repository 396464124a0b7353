#!/bin/sh
# Two trunks at once: each is registered with its own password; one that is turned away is tried again while the other
# works; a call that came through one shows that one's password.
set -u
answerer=$1
. "$(dirname "$0")/callers.sh"

# registers NAME CODE: a PBX asks NAME for its password, and answers what comes then with CODE.
registers() {
	expect REGISTER 401 "WWW-Authenticate: Digest realm=\"$1\", nonce=\"n-$1\", algorithm=MD5, qop=\"auth\""
	expect REGISTER "$2" "Expires: 60" "Authorization: Digest username=\"$1\", realm=\"$1\", nonce=\"n-$1\""
}

scenario east
registers east 200
expect REGISTER 200 "Expires: 0" "Expires: 0"
play east -p 7811 -mp 8830 -timeout 45s &
east=$!
scenario west
registers west 503
registers west 200
expect REGISTER 200 "Expires: 0" "Expires: 0"
play west -p 7812 -mp 8840 -timeout 45s &
west=$!
sleep 0.5
start open=127.0.0.0/8 trunk=east/sun/sip:127.0.0.1:7811 trunk=west/moon/sip:127.0.0.1:7812 rtp=24000 \
	pass-to=sip:queue@127.0.0.1:7499
logged "log registered trunk=east seconds=60" 5
logged "log registration-failed ! trunk=west why=503" 5

# through NAME SIPP_PORT: a call to the trunk's user, which is passed on; the PBX wants to know who asks for that.
through() {
	callee=$1
	scenario "through-$1"
	asks
	expect REFER 407 "Proxy-Authenticate: Digest realm=\"$1\", nonce=\"r-$1\", algorithm=MD5, qop=\"auth\""
	expect REFER 202 "" "Proxy-Authorization: Digest username=\"$1\", realm=\"$1\", nonce=\"r-$1\""
	notify "terminated;reason=noresource" "200 OK"
	expect BYE
	good "through-$1" -p "$2" -mp "$(($2 + 1100))"
	callee=ivr
}
through east 7813
logged "log registered trunk=west seconds=60" 8
through west 7814
[ "$(grep -c '^log registered trunk=east' "$work/log")" = 1 ] || failed "the trunk that works was registered again"
stop
wait "$east" || failed "the eastern PBX did not get what it expects"
wait "$west" || failed "the western PBX did not get what it expects"
counted calls 2
counted done 2
done_testing
