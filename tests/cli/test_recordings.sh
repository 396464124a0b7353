#!/bin/sh
# Recordings that are none get one clear line; the good ones beside them are heard; JSON has its keys.
set -u
sayso=$1
. "$(dirname "$0")/../fixture.sh"
. "$(dirname "$0")/checks.sh"
cd "$work" || exit 1

good "$sayso" kb say "please call the operator" --voice rms --out good.wav
head -c 2000 good.wav >truncated.wav
: >empty.wav
echo "this is a letter" >letter.wav
mkdir folder.wav
# A header that promises sound and has none.
python3=$(command -v python3 || true)
head -c 44 good.wav >header.wav

refused "letter.wav" "$sayso" hear letter.wav
refused "empty.wav" "$sayso" hear empty.wav
refused "truncated.wav" "$sayso" hear truncated.wav
refused "header.wav" "$sayso" hear header.wav
refused "folder.wav" "$sayso" hear folder.wav
refused "absent.wav" "$sayso" hear absent.wav
if [ -n "$python3" ]; then
	"$python3" - <<-'END'
		import struct
		n = 601 * 8000 * 2
		with open("long.wav", "wb") as f:
		    f.write(b"RIFF" + struct.pack("<I", 36 + n) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16))
		    f.write(b"data" + struct.pack("<I", n))
		    f.truncate(44 + n)
	END
	refused "long.wav" "$sayso" hear long.wav
	refused "long.wav" "$sayso" call long.wav
fi
refused "letter.wav" "$sayso" call letter.wav
refused "absent.wav" "$sayso" call good.wav absent.wav
refused "absent.list" "$sayso" hear --list absent.list

# Beside a bad one, and in a list, the good one is heard.
run "$sayso" hear --json letter.wav good.wav
[ "$status" = 2 ] || failed "status $status instead of 2"
shows '"file":"good.wav"'
printf 'good.wav\n\nabsent.wav\ngood.wav\n' >list
run "$sayso" hear --json --list list
[ "$status" = 2 ] || failed "status $status instead of 2"
[ "$(wc -l <out)" = 2 ] || failed "not both good lines of the list were heard"
grep -q "list:3: .*absent.wav" err || failed "the bad line is not named"

good "$sayso" hear --json good.wav
jq -e '.file == "good.wav" and (.text | type == "string") and (.intent == "agent") and (.slots | type == "object")
	and .confidence >= 0 and .confidence <= 1 and (.decision == "accept" or .decision == "confirm")
	and .audio_ms > 500 and .decode_ms >= 0 and .sounded == "speech"' out >/dev/null || failed "the JSON is not as it should be"
good "$sayso" hear good.wav
shows "agent"

# A grammar with an error is shown at its place, before anything is heard.
cat >bad.gram <<'END'
#JSGF V1.0;
grammar bad;
public <a> = one | <nowhere>;
END
refused "bad.gram:3:" "$sayso" hear --grammar bad.gram good.wav
printf '#JSGF V1.0;\ngrammar bad;\npublic <a> = <a> one | two;\n' >left.gram
refused "left" "$sayso" hear --grammar left.gram good.wav
refused "absent.gram" "$sayso" hear --grammar absent.gram good.wav
refused "nothing can be heard" "$sayso" hear --no-universals good.wav
printf '#JSGF V1.0;\ngrammar ok;\npublic <order> = (tea | coffee) {drink};\n' >ok.gram
good "$sayso" hear --grammar ok.gram --no-universals --json good.wav
jq -e '.intent == null or .intent == "order"' out >/dev/null || failed "a universal was heard"

# Silence is heard as silence, never as a command.
"$sayso" kb say "[pause 2s]" --out silence.wav >/dev/null 2>&1 || true
[ ! -s silence.wav ] || {
	good "$sayso" hear --json silence.wav
	jq -e '.intent == null and .decision == "reject" and .sounded == "silence"' out >/dev/null || failed "silence"
}

# A reader that leaves early, and a full disk under the output.
"$sayso" hear --help | head -n 1 >/dev/null || failed "a reader that leaves early"
if [ -w /dev/full ]; then
	status=0
	"$sayso" hear --help >/dev/full 2>err || status=$?
	[ "$status" = 2 ] && grep -q "cannot be written" err || failed "a full disk under the output goes unnoticed"
fi
done_testing
