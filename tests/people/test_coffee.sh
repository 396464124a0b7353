#!/bin/sh
# Real people's orders over a telephone line give their intent and slots: at least 9 of 10 in quiet, 8 of 10 in noise.
set -eu
sayso=$1
speech=${SAYSO_SPEECH:-$(dirname "$0")/../../../shared/speech}
. "$(dirname "$0")/../fixture.sh"
[ -f "$speech/coffee/labels.jsonl" ] || { echo "skipped: no recorded orders in $speech"; exit 77; }
cd "$speech/coffee"

# right SET: how many of a hundred; a slot too many is forgiven, as in the published benchmark.
right() {
	jq -r --arg set "$1/" 'select(.file | startswith($set)) | .file' labels.jsonl >"$work/list"
	"$sayso" hear --json --no-universals --grammar ../coffee.gram --list "$work/list" >"$work/heard"
	jq -n --slurpfile known labels.jsonl --slurpfile heard "$work/heard" '
		($known | map({key: .file, value: .}) | from_entries) as $truth
		| [$heard[] | . as $h | $truth[.file]
			| .intent == $h.intent and ([.slots | to_entries[] | $h.slots[.key] == .value] | all)]
		| (map(select(.)) | length) * 100 / length | floor'
}

clean=$(right clean)
noisy=$(right kitchen-18db)
echo "figure: $clean % of orders right in quiet, $noisy % with kitchen noise at 18 dB"
[ "$clean" -ge 90 ] && [ "$noisy" -ge 80 ]
