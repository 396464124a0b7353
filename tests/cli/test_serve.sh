#!/bin/sh
# sayso serve: its configuration is checked and printed; it begins, and ends when it is told to.
set -u
sayso=$1
. "$(dirname "$0")/../fixture.sh"
. "$(dirname "$0")/checks.sh"

good "$sayso" serve --check
good "$sayso" serve --print-config
shows "^  max: 200"
cp "$work/out" "$work/all.yaml"
good "$sayso" serve --config "$work/all.yaml" --check
# A base that cannot answer calls is told before the service begins.
refused "absent.db" "$sayso" serve --db "$work/absent.db" --check
good "$sayso" kb --db "$work/fresh.db" init
refused "fresh.db: nothing has been published yet" "$sayso" serve --db "$work/fresh.db" --check
printf 'calls:\n  max: 0\n' >"$work/bad.yaml"
refused "bad.yaml:2: calls.max: expected a whole number from 1 to 2000" "$sayso" serve --config "$work/bad.yaml" --check
refused "no such file" "$sayso" serve --config "$work/none.yaml"
refused "what is" "$sayso" serve nonsense
refused "starts its speech workers itself" "$sayso" worker

port=$((20000 + $$ % 20000))
cat >"$work/serve.yaml" <<END
sip: {udp: "127.0.0.1:$port", tcp: ""}
http: {listen: "127.0.0.1:$port", socket: $work/socket}
audiosocket: {listen: ""}
workers: {count: 1}
END
"$sayso" serve --config "$work/serve.yaml" >"$work/serve.out" 2>"$work/serve.err" &
pid=$!
for _ in $(seq 300); do
	grep -q "^ready" "$work/serve.out" && break
	sleep 0.1
done
cp "$work/serve.out" "$work/out"
shows "^SIP over UDP on 127.0.0.1:$port"
shows "^ready: 200 calls at once"
refused "port $port.*in use" "$sayso" serve --config "$work/serve.yaml"
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
[ "$status" = 0 ] || failed "status $status after SIGTERM"

done_testing
