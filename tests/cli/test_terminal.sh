#!/bin/sh
# What a person at a terminal sees: lines no longer than the screen, a hint where nothing could be heard, and silence
# towards a reader who has seen enough.
set -u
sayso=$1
. "$(dirname "$0")/../fixture.sh"
. "$(dirname "$0")/checks.sh"
tools=$(cd "$(dirname "$0")/../../tools" && pwd)
cd "$work" || exit 1

# at_terminal COMMAND: on a terminal of 80 columns; what it shows is in out.
at_terminal() {
	script -qec "stty cols 80; $1" typescript >/dev/null </dev/null
	tr -d '\r' <typescript | grep -v '^Script ' >out
}

good "$sayso" kb --db my.db init
cat >shop.yaml <<'YAML'
articles:
  - id: hours
    title: our opening hours
    phrases: [when are you open, "what are your openning hours, please, on a day like this one"]
    answer: We are open from nine to five.
YAML
good "$sayso" kb --db my.db import shop.yaml
good "$sayso" kb --db my.db publish --note "the first version, with a note that is longer than the rest of its line"
for verb in lint log; do
	at_terminal "$sayso kb --db my.db $verb"
	[ -s out ] || failed "kb $verb shows nothing on a terminal"
	[ "$(wc -l <out)" -gt 1 ] || failed "kb $verb: nothing was long enough to wrap"
	! grep -q '.\{81\}' out || failed "kb $verb is wider than a terminal of 80 columns"
	run "$sayso" kb --db my.db $verb
	! grep -q '^ \{3\} *[a-z]' out || failed "kb $verb wraps for a program"
done
good "$sayso" kb --db my.db log
shows "  1 article, 2 phrases: the first version"

# Without a grammar only the universals are heard, which nobody may know who is not told.
good "$sayso" kb say "seven hundred blue bicycles" --voice rms --out tea.wav
good "$sayso" kb say "please call the operator" --voice rms --out agent.wav
at_terminal "$sayso hear tea.wav tea.wav"
[ "$(grep -c -e "without a --grammar" out)" = 1 ] || failed "no hint, or more than one, where nothing could be heard"
at_terminal "$sayso hear tea.wav agent.wav"
! grep -q -e "--grammar" out || failed "a hint although something was heard"
good "$sayso" hear tea.wav
good "$sayso" hear --help
shows "one the universals"

# A reader who leaves is no error.
printf 'turns:\n  - {key: "0", during_ms: 500}\n' >person.yaml
demo=$(demo_copy)
for command in "call --db $demo person.yaml" "call --json --db $demo person.yaml" "calls --db $demo" "kb --db $demo export -" \
	"kb --db $demo lint" "kb --db $demo log" "hear agent.wav tea.wav" "--help"; do
	status=$(
		{
			# shellcheck disable=SC2086
			"$sayso" $command 2>err
			echo $? >&3
		} 3>&1 >/dev/full | head -n 1
	)
	[ "$status" = 2 ] || failed "a full disk is not told: $command"
	: >err
	# shellcheck disable=SC2086
	status=$({ { sleep 0.2 && "$sayso" $command 2>err; echo $? >&3; } | true; } 3>&1)
	[ "$status" = 0 ] || failed "status $status for a reader who leaves: $command"
	[ ! -s err ] || failed "a complaint to a reader who leaves: $command"
done

# A build that takes a while counts, at a terminal only.
cat >build.sh <<BUILD
here=$work
. "$tools/tool.sh"
slow() { for i in 1 2 3; do echo "[\$i/3] compiling"; sleep 0.7; done; \$1; }
counted "\$1" "$work/build.log" slow "\$2"
echo "went on"
BUILD
at_terminal "sh build.sh toy true"
grep -q "toy: building, [12] of 3" out || failed "a build at a terminal does not count"
grep -q "went on" out || failed "nothing after a build"
run sh build.sh toy true
[ ! -s err ] || failed "a build counts for a program"
run sh build.sh toy false
[ "$status" = 1 ] || failed "a failed build ends with status $status"
grep -q "toy: the build failed; all of it is in $work/build.log" err || failed "a failed build is not told"

# Speech without a sound device: said where it stays, not passed over.
run "$sayso" kb say "good morning"
[ "$status" = 0 ] || failed "status $status of speech that nobody hears"
if ! "$sayso" talk --devices >/dev/null 2>&1; then
	grep -q -e "--out" err || failed "no word about the sound"
fi

# Settings and scripts that do nothing are slips.
refused "SAYSO_DATA is \"/nonexist\"" env SAYSO_DATA=/nonexist "$sayso" hear tea.wav
printf 'turns: []\n' >nothing.yaml
refused "nothing.yaml: turns: there is none" "$sayso" call --db "$demo" nothing.yaml
done_testing
