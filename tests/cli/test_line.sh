#!/bin/bash
# Watching a service: one that runs here, with a call in progress; and none, which is one clear line.
set -u
sayso=$1
. "$(dirname "$0")/../fixture.sh"
. "$(dirname "$0")/checks.sh"

refused "$work/none.sock" "$sayso" line --at "$work/none.sock"
refused "nothing answers" "$sayso" line --at "$work/none.sock" --json
refused "nothing answers" "$sayso" line --at 127.0.0.1:1 --once
refused "no place" "$sayso" line --at 127.0.0.1:nowhere
refused "is no address" "$sayso" line --at localhost
refused "needs a value" "$sayso" line --at

# A service on a socket of its own and one port.
port=$((20000 + $$ % 10000))
demo_copy >"$work/demo"
cat >"$work/sayso.yaml" <<END
content: {db: "$(cat "$work/demo")"}
sip: {udp: "", tcp: ""}
http: {listen: "", socket: "$work/s.sock"}
audiosocket: {listen: "127.0.0.1:$port"}
workers: {count: 1}
log: {level: debug}
END
"$sayso" serve --config "$work/sayso.yaml" >"$work/serve.out" 2>"$work/serve.log" &
serve=$!
trap 'kill $serve 2>/dev/null; wait $serve; rm -rf "$work"' EXIT
for _ in $(seq 300); do
	grep -q '^ready' "$work/serve.out" && break
	sleep 0.1
done
good "$sayso" line --at "$work/s.sock"
shows "^no calls$"

# A caller who says nothing, but is there: half a second of silence at a time.
call() {
	exec 3<>"/dev/tcp/127.0.0.1/$port" || return
	printf '\x01\x00\x10\x11\x11\x11\x11\x22\x22\x43\x33\x84\x44\x55\x55\x55\x55\x55\x55' >&3
	while sleep 0.5; do
		for _ in $(seq 25); do
			printf '\x10\x01\x40'
			head -c 320 /dev/zero
		done >&3 || return
	done
}
call 2>/dev/null &
caller=$!
for _ in $(seq 100); do
	"$sayso" line --at "$work/s.sock" 2>/dev/null | grep -q greeting && break
	sleep 0.1
done
good "$sayso" line --at "$work/s.sock"
shows "^11111111-2222-4333-8444-555555555555  audiosocket .* greeting "
good "$sayso" line --at "$work/s.sock" --json
shows '"id":"11111111-2222-4333-8444-555555555555"'
shows '"status":"ok"\|"status":"degraded"'
kill $caller
wait $caller 2>/dev/null

# Its log tells of the call, one line for each thing, and no words of it.
for _ in $(seq 100); do
	grep -q 'event=end' "$work/serve.log" && break
	sleep 0.1
done
cp "$work/serve.log" "$work/out"
shows 'level=info event=call call=11111111-2222-4333-8444-555555555555 kind=audiosocket'
shows 'event=end call=11111111-.* outcome=hangup'
if grep -v '^time=[^ ]* level=[a-z]* event=[a-z-]*\( [a-z_-]*=\("[^"]*"\|[^ "]*\)\)*$' "$work/serve.log" >"$work/odd"; then
	failed "a line of the log is not logfmt: $(head -n 1 "$work/odd")"
fi
if grep -qi 'larkfield\|machine' "$work/serve.log"; then
	failed "what was said to the caller is in the log"
fi

kill $serve
wait $serve || failed "the service did not end well"
refused "nothing answers" "$sayso" line --at "$work/s.sock"
done_testing
