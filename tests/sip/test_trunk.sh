#!/bin/sh
# Registering with a PBX: with a password, renewed, refused and tried again, taken back at the end; calls that come
# through it.
set -u
answerer=$1
. "$(dirname "$0")/callers.sh"

# registers CODE EXTRA [PATTERN]: the PBX's side of one REGISTER.
registers() {
	expect REGISTER "$1" "$2" "${3:-REGISTER}"
}
# sipp plays the PBX in one call per Call-ID; all our REGISTERs have the same.
challenge='WWW-Authenticate: Digest realm="pbx", nonce="n1", algorithm=MD5, qop="auth"'
scenario pbx
registers 401 "$challenge"
registers 200 "Expires: 10" 'Authorization: Digest username="sayso", realm="pbx".*response='
registers 503 ""
registers 200 "Expires: 60"
registers 200 "Expires: 0" "Expires: 0"
play pbx -p 7801 -mp 8810 -timeout 45s &
pbx=$!
sleep 0.5
start open=127.0.0.0/8 trunk=sayso/secret/sip:127.0.0.1:7801 rtp=24000
logged "log registered trunk=sayso seconds=10" 5
# At nine tenths of the ten seconds, then after the wait of a first failure.
logged "log registration-failed ! trunk=sayso why=503" 12
not_logged "registered.*seconds=60"
logged "log registered trunk=sayso seconds=60" 8

scenario through
invite
pause 300
bye
good through -p 7802 -mp 8820
stop
wait "$pbx" || failed "the PBX did not get what it expects"
counted calls 1
done_testing
