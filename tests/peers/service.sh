# shellcheck shell=sh
# For the tests in this folder: starts services, and asks them how calls went. Sourced, in sh; $sayso is the program.
# shellcheck disable=SC2034 # some variables are for those who source this
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../fixture.sh"
export XDG_RUNTIME_DIR="$work"
speech=${SAYSO_SPEECH:-$here/../../../shared/speech}
running=
failures=0
# Asked first: a program that is killed outright leaves its own children behind.
end_all() {
	for pid in $running; do kill "$pid" 2>/dev/null && asked=y; done
	[ -z "${asked-}" ] || sleep 1
	for pid in $running; do kill -9 "$pid" 2>/dev/null; done
	wait
	rm -rf "$work"
}
trap end_all EXIT

failed() {
	failures=$((failures + 1))
	echo "FAILED: $*"
}

done_testing() {
	[ "$failures" = 0 ] || exit 1
}

# needs PROGRAM...: skips the whole test where one is missing.
needs() {
	for program; do
		command -v "$program" >/dev/null || {
			echo "skipped: $program is not installed"
			exit 77
		}
	done
}

# within SECONDS COMMAND...: asked ten times a second until it is true.
within() {
	tries=$(($1 * 10))
	shift
	for _ in $(seq "$tries"); do
		"$@" && return
		sleep 0.1
	done
	return 1
}

# serve NAME PORT [SETTINGS]: a service with a demonstration base of its own: SIP over UDP and TCP on PORT, its web pages on
# PORT + 1, AudioSocket on PORT + 2, sound on the hundred ports from 10 * (PORT - 5000). SETTINGS are YAML lines. Sets $pid.
serve() {
	base=$(demo_copy)
	mv "$base" "$work/$1.db"
	cat >"$work/$1.yaml" <<-END
		content: {db: "$work/$1.db"}
		http: {listen: "127.0.0.1:$(($2 + 1))", socket: "$work/$1.sock"}
		audiosocket: {listen: "127.0.0.1:$(($2 + 2))"}
		workers: {count: 2}
		log: {file: "$work/$1.log", level: debug}
		${3:-}
	END
	grep -q '^calls:' "$work/$1.yaml" || echo "calls: {max: 50}" >>"$work/$1.yaml"
	grep -q '^sip:' "$work/$1.yaml" || echo "sip:" >>"$work/$1.yaml"
	sed -i "s/^sip:/&\n  udp: 127.0.0.1:$2\n  tcp: 127.0.0.1:$2\n  rtp_port_min: $((10 * ($2 - 5000)))\n  rtp_port_max: $((10 * ($2 - 5000) + 99))/" \
		"$work/$1.yaml"
	"$sayso" serve --config "$work/$1.yaml" >"$work/$1.out" 2>"$work/$1.err" &
	pid=$!
	running="$running $pid"
	within 30 grep -q '^ready' "$work/$1.out" || {
		failed "the service does not start"
		cat "$work/$1.out" "$work/$1.err"
		exit 1
	}
}

# metric PORT NAME: the value of one of the series that the service on PORT shows.
metric() {
	curl -s --max-time 5 "http://127.0.0.1:$(($1 + 1))/metrics" | awk -v name="$2" '$1 == name { print $2 }'
}

# counts PORT NAME VALUE: within five seconds, for a count follows a call's end by a moment.
counts() {
	within 5 counts_now "$@" || failed "$2 is $(metric "$1" "$2") instead of $3"
}

counts_now() {
	[ "$(metric "$1" "$2")" = "$3" ]
}

# logged NAME PATTERN [SECONDS]: in the log of the service
logged() {
	within "${3:-5}" grep -q -e "$2" "$work/$1.log" || failed "no \"$2\" in the log of $1"
}

# stop NAME PID: it has to end well.
stop() {
	kill -TERM "$2"
	status=0
	wait "$2" || status=$?
	[ "$status" = 0 ] || {
		failed "service $1 ended with $status"
		tail -n 5 "$work/$1.log"
	}
}
