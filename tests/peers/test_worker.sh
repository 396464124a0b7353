#!/bin/sh
# Speech workers are killed in the middle of their work while callers wait for an answer: no call drops, and everyone is
# answered.
set -u
sayso=$1
. "$(dirname "$0")/service.sh"
needs curl jq
caller=$(dirname "$sayso")/tools/sayso-audiosocket
[ -x "$caller" ] || {
	echo "skipped: sayso-audiosocket is not built"
	exit 77
}

serve one 7880
one=$pid
"$sayso" kb say "how can I pay my bill" --voice rms --out "$work/question.wav" >/dev/null
callers=
for n in 1 2 3 4 5 6 7 8 9 10; do
	"$caller" --longest 40 127.0.0.1:7882 "$work/question.wav" >"$work/caller.$n" 2>&1 &
	callers="$callers $!"
done

asking() {
	grep -q '"turn-end"' "$work"/caller.*
}
within 30 asking || failed "no caller gets to speak"
# Both are held first, so that they have turns in their hands when they die.
workers=$(pgrep -P "$one")
[ "$(echo "$workers" | wc -w)" = 2 ] || failed "there are not two workers: $workers"
# shellcheck disable=SC2086 # a list of numbers
kill -STOP $workers
sleep 1
# shellcheck disable=SC2086
kill -KILL $workers

n=0
for pid in $callers; do
	n=$((n + 1))
	wait "$pid" || {
		failed "caller $n was not answered"
		tail -n 4 "$work/caller.$n"
	}
done
counts 7880 'sayso_calls_in_progress{kind="audiosocket"}' 0
counts 7880 'sayso_worker_restarts_total' 2
counts 7880 'sayso_workers' 2
answered=$(grep -c 'event=answer .*article=pay-bill' "$work/one.log")
[ "$answered" = 10 ] || failed "$answered of 10 callers got the answer"
retried=$(metric 7880 'sayso_worker_jobs_total{job="hear",result="retried"}')
echo "$retried turns were heard a second time"
[ "$retried" -ge 1 ] || failed "no worker was killed in mid-decode"
stop one "$one"
done_testing
