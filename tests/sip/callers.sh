# For the tests in this folder: starts the answerer, and plays callers to it. Sourced; $answerer is the program.
# shellcheck disable=SC2034 # some variables are for those who source this
. "$(dirname "$0")/scenarios.sh"
answerer=$(realpath "$answerer")
work=$(mktemp -d)
running=
trap 'for pid in $running; do kill "$pid" 2>/dev/null; done; rm -rf "$work"' EXIT
failures=0

failed() {
	failures=$((failures + 1))
	echo "FAILED: $*"
	[ ! -f "$work/log" ] || tail -n 12 "$work/log" | sed 's/^/    log: /'
}

done_testing() {
	[ "$failures" = 0 ] || exit 1
}

# start ARGUMENTS...: the answerer on a free port of 127.0.0.1, UDP and TCP; sets $port.
start() {
	: >"$work/log" # of the one before
	"$answerer" udp=127.0.0.1/0 "$@" >"$work/log" 2>&1 &
	pid=$!
	running="$running $pid"
	for _ in $(seq 100); do
		grep -q listening "$work/log" && break
		sleep 0.1
	done
	port=$(sed -n 's/^listening //p' "$work/log" | head -n 1)
	tcp_port=$(sed -n 's/^listening //p' "$work/log" | sed -n 2p)
	[ -n "$port" ] || {
		failed "the answerer does not start"
		exit 1
	}
}

# phone ARGUMENTS...: a second one, an agent's phone; sets $phone and $phone_port, and writes into $work/phone.
phone() {
	: >"$work/phone"
	"$answerer" udp=127.0.0.1/0 open=127.0.0.0/8 rtp=23000 "$@" >"$work/phone" 2>&1 &
	phone=$!
	running="$running $phone"
	for _ in $(seq 100); do
		grep -q listening "$work/phone" && break
		sleep 0.1
	done
	phone_port=$(sed -n 's/^listening //p' "$work/phone" | head -n 1)
}

# Stops it as a service manager does; it has to end well.
stop() {
	sleep 0.3
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" = 0 ] || failed "the answerer ended with $status"
}

# logged PATTERN [SECONDS]: a line with it, at once or within so long.
logged() {
	for _ in $(seq $((${2:-2} * 10))); do
		grep -q -e "$1" "$work/log" && return
		sleep 0.1
	done
	failed "no \"$1\" in the log"
}

not_logged() {
	! grep -q -e "$1" "$work/log" || failed "\"$1\" in the log"
}

# counted NAME VALUE: after stop, a counter; the value is an extended regular expression.
counted() {
	grep -q -E -e "^counters.* $1=$2\b" "$work/log" || failed "$1 is not $2"
}

# asks: a caller who has the answerer pass them on (key 0).
asks() {
	invite
	pause 200
	request INFO "Content-Type: application/dtmf-relay" "Signal=0"
	answered 200
}
