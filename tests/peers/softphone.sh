# shellcheck shell=sh
# Callers with a softphone, baresip: they play a recording, and record what they hear. Sourced after service.sh.
# shellcheck disable=SC2034,SC2154 # some variables are for those who source this, and some theirs
modules=$(find /usr/lib -path '*/baresip/modules' -type d 2>/dev/null | head -n 1)
[ -n "$modules" ] || {
	echo "skipped: baresip's modules are not installed (baresip-core)"
	exit 77
}

# The softphone does not start without a certificate; the service gets the same.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
	-keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
cat "$work/key.pem" "$work/certificate.pem" >"$work/phone.pem"

# caller_says NAME HZ CHANNELS WAV: a recording for a caller who waits for the greeting to end, speaks, and listens to the
# answer. The softphone plays it only where rate and channels are the codec's.
caller_says() {
	sox -D "$4" -b 16 "$work/$1.wav" rate "$2" channels "$3" pad 10 13
}

# dial NAME URI LOCAL_PORT WAV PARAMETERS: a softphone that calls URI and plays the recording; PARAMETERS are those of its
# account.
dial() {
	mkdir "$work/$1"
	cat >"$work/$1/config" <<-END
		sip_listen 127.0.0.1:$3
		sip_certificate $work/phone.pem
		net_interface 127.0.0.1
		audio_player aubridge,nil
		audio_alert aubridge,nil
		audio_source aufile,$4
		rtp_ports $((3 * ($3 - 2000)))-$((3 * ($3 - 2000) + 20))
		snd_path $work/$1
		module_path $modules
		module g711.so
		module g722.so
		module opus.so
		module aufile.so
		module aubridge.so
		module sndfile.so
		module srtp.so
		module_app account.so
		module_app menu.so
	END
	echo "<sip:caller@127.0.0.1>;regint=0;$5" >"$work/$1/accounts"
	baresip -f "$work/$1" -t 60 -e "/dial $2" >"$work/$1/out" 2>&1 </dev/null &
	running="$running $!"
}

# call_ended NAME SECONDS
call_ended() {
	within "$2" grep -q 'terminated\|session closed' "$work/$1/out" || {
		failed "the call of \"$1\" does not end"
		return 1
	}
	grep -q 'Call established' "$work/$1/out" || failed "the softphone of \"$1\" was not answered"
}

# heard_by NAME CALL EVENT: what the softphone recorded of the first prompt after EVENT of CALL in the log of the service
# "one", and what that is recognised as: one of the grammar's sentences, or nothing where the words are not surely there.
heard_by() {
	sed -n "/event=$3 call=$2/,\$s/.*event=say call=$2 t=\([0-9.]*\) .*seconds=\([0-9.]*\) .*/\1 \2/p" "$work/one.log" |
		head -n 1 >"$work/$1/when"
	read -r from long <"$work/$1/when" || return
	sox "$(find "$work/$1" -name '*-dec.wav' | head -n 1)" "$work/$1/reply.wav" trim "$from" "$long" pad 0.3 0.3
	"$sayso" hear --no-universals --json --grammar "$here/replies.gram" "$work/$1/reply.wav" >"$work/$1/heard"
	jq -r 'select(.decision == "accept") | .slots | keys[0]' "$work/$1/heard"
}
