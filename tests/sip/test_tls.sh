#!/bin/sh
# Over TLS: requests, calls with SRTP, and whom we believe.
set -u
answerer=$1
. "$(dirname "$0")/callers.sh"
command -v openssl >/dev/null || {
	echo "skipped: openssl is not installed"
	exit 77
}

# certify NAME SUBJECT_ALT_NAME: a key and a certificate by our own authority.
cd "$work" || exit 1
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj "/CN=test authority" 2>/dev/null
certify() {
	openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null
	echo "subjectAltName=$2" >"$1.ext"
	openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile "$1.ext" \
		-out "$1.pem" 2>/dev/null
}
certify phone "IP:127.0.0.1"
certify stranger "DNS:elsewhere.example.com"
openssl req -x509 -newkey rsa:2048 -nodes -keyout selfmade.key -out selfmade.pem -days 2 -subj "/CN=selfmade" \
	-addext "subjectAltName=IP:127.0.0.1" 2>/dev/null

# The phone of an agent: another answerer, over TLS.
phone() {
	: >phone.log
	"$answerer" tls=127.0.0.1/0 open=127.0.0.0/8 srtp=offered certificate="$1.pem" key-file="$1.key" rtp=25000 \
		>phone.log 2>&1 &
	phone=$!
	running="$running $phone"
	for _ in $(seq 50); do
		grep -q listening phone.log && break
		sleep 0.1
	done
	phone_port=$(sed -n 's/^listening //p' phone.log)
}

# passes CERTIFICATE: a caller over UDP is bridged to that phone, which we reach over TLS.
passes() {
	phone "$1"
	target="sip:agent@127.0.0.1:$phone_port;transport=tls"
	start tls=127.0.0.1/0 open=127.0.0.0/8 certificate=phone.pem key-file=phone.key authorities=ca.pem \
		srtp=offered transfer=bridge transfer-to="$target" pass-to="$target" rtp=24000
	scenario caller
	invite
	pause 200
	request INFO "Content-Type: application/dtmf-relay" "Signal=0"
	answered 200
	pause 800
	speak
	pause 2500
	bye
	good caller -p 7701 -mp 8720
	stop
	kill "$phone"
	wait "$phone"
}

passes phone
counted done 1
grep -q "log call .*transport=TLS .*srtp=yes" phone.log || failed "the agent's call is not over TLS and SRTP"
grep -q "^ended.* loud=yes" phone.log || failed "the agent did not hear the caller"
# A certificate for another host, and one by nobody we know.
passes stranger
counted failed 1
! grep -q "^arrival" phone.log || failed "a certificate for another host was believed"
passes selfmade
counted failed 1
! grep -q "^arrival" phone.log || failed "a certificate that nobody signed was believed"

start tls=127.0.0.1/0 open=127.0.0.0/8 certificate=phone.pem key-file=phone.key
printf 'OPTIONS sips:ivr@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:9;branch=z9hG4bKt\r\nFrom: <sips:a@127.0.0.1>;tag=a\r
To: <sips:ivr@127.0.0.1>\r\nCall-ID: tls\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n' >options
(cat options && sleep 1) | timeout 3 openssl s_client -quiet -CAfile ca.pem -verify_return_error \
	-connect "127.0.0.1:$tcp_port" >answer 2>/dev/null
grep -q "^SIP/2.0 200" answer || failed "OPTIONS over TLS is not answered"
(cat options && sleep 1) | timeout 3 openssl s_client -quiet -tls1_1 -cipher 'ALL:@SECLEVEL=0' \
	-connect "127.0.0.1:$tcp_port" >answer 2>/dev/null
[ ! -s answer ] || failed "TLS 1.1 is spoken"
stop

run_status=0
"$answerer" tls=127.0.0.1/0 certificate=ca.pem >out 2>&1 || run_status=$?
[ "$run_status" = 1 ] && grep -q "ca.pem" out || failed "a certificate without a key is not refused by name"
done_testing
