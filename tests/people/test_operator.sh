#!/bin/sh
# Real callers on real telephone lines say "operator": at least 100 of them are handed to a person because they asked.
set -eu
sayso=$1
speech=${SAYSO_SPEECH:-$(dirname "$0")/../../../shared/speech}
. "$(dirname "$0")/../fixture.sh"
[ -f "$speech/operator/labels.jsonl" ] || { echo "skipped: no recordings of real callers in $speech"; exit 77; }
speech=$(realpath "$speech")

base=$(demo_copy)
export sayso speech base work
jq -r 'select(.kind == "operator" and .says_operator) | .file' "$speech/operator/labels.jsonl" |
	xargs -P 2 -I '{}' sh -c '
		cp "$base" "$work/$$.db"
		"$sayso" call --json --db "$work/$$.db" "$speech/operator/{}" |
			jq -r --arg file "{}" "select(.event == \"handoff\") | [.reason, \$file] | @tsv"
		rm -f "$work/$$.db"*' >"$work/handed"
all=$(jq -r 'select(.kind == "operator" and .says_operator) | .file' "$speech/operator/labels.jsonl" | wc -l)
asked=$(grep -c '^asked' "$work/handed" || true)
other=$(grep -vc '^asked' "$work/handed" || true)
echo "figure: $asked of $all callers who said \"operator\" were handed over at once, $other later"
# One caller in a hundred may be misheard as asking something else; nobody may be lost beyond that.
[ "$asked" -ge 150 ] && [ $((all - asked - other)) -le $((all / 100)) ]
