#!/bin/sh
# The knowledge base on the command line: from an empty base to a published version, and what is refused on the way.
set -u
sayso=$1
. "$(dirname "$0")/../fixture.sh"
. "$(dirname "$0")/checks.sh"
cd "$work" || exit 1

good "$sayso" kb init --db my.db
refused "my.db" "$sayso" kb --db my.db init
refused "absent.db" "$sayso" kb --db absent.db ask hello
[ ! -e absent.db ] || failed "a base was made where there was none"

cat >shop.yaml <<'END'
articles:
  - id: hours
    title: our opening hours
    owner: me@example.com
    review: 2027-01-01
    phrases: [when are you open, what are your opening hours, are you open today, until when are you open]
    answer: We are open from nine to five.
  - id: returns
    title: returning something
    owner: me@example.com
    review: 2027-01-01
    phrases: [I want to return something, how do I send it back, can I get my money back, it doesn't fit]
    answer: Send it back within thirty days.
END
good "$sayso" kb --db my.db import shop.yaml
good "$sayso" kb --db my.db lint
good "$sayso" kb publish --db my.db --note "first version"
good "$sayso" kb --db my.db log
shows "first version"
good "$sayso" kb --db my.db ask when are you open
shows "hours"
good "$sayso" kb --db my.db ask --json "when are you open"
jq -e '.text == "when are you open" and .article == "hours" and .confidence > 0.3 and (.decision | IN("accept", "confirm"))' \
	out >/dev/null || failed "the JSON is not as it should be"
printf 'I want to return something\nwhat is the capital of mongolia\n' >texts
good "$sayso" kb --db my.db ask --json --list texts
[ "$(wc -l <out)" = 2 ] || failed "not one line for each text"
jq -s -e '.[0].article == "returns"' out >/dev/null || failed "returns"
jq -s -e 'all(keys == ["article", "confidence", "decision", "text"])' out >/dev/null || failed "other keys in a list"
good "$sayso" kb --db my.db ask --list texts
[ "$(awk -F'\t' 'NF == 4' out | wc -l)" = 2 ] || failed "not four columns for each text"
good "$sayso" check --db my.db

# Export, change, import, diff, roll back.
good "$sayso" kb --db my.db export all.yaml
good "$sayso" kb --db my.db export -
cmp -s out all.yaml || failed "the export differs on standard output"
sed 's/nine to five/eight to six/' all.yaml >changed.yaml
good "$sayso" kb --db my.db import changed.yaml
good "$sayso" kb --db my.db diff
shows "hours"
good "$sayso" kb --db my.db publish
good "$sayso" kb --db my.db diff 1 2
shows "answer"
good "$sayso" kb --db my.db rollback 1
good "$sayso" kb --db my.db export -
shows "nine to five"
refused "99" "$sayso" kb --db my.db rollback 99
refused "99" "$sayso" kb --db my.db diff 99

# The company's name: asked for at the start, changed by an import, said in the greeting of the next version.
good "$sayso" kb --db named.db init --company "Riverside Bikes"
refused "braces" "$sayso" kb --db other.db init --company "Riverside {x}"
refused "needs a name" "$sayso" kb --db other.db init --company ""
[ ! -e other.db ] || failed "a base was made although its company was refused"
good "$sayso" kb --db named.db import shop.yaml
shows "sayso kb --db named.db publish"
good "$sayso" kb --db named.db publish
printf 'turns:\n  - hang_up: true\n    during_ms: 6000\n' >hangs-up.yaml
good "$sayso" call --db named.db hangs-up.yaml
shows "this is Riverside Bikes's automatic assistant"
good "$sayso" call --db my.db hangs-up.yaml
shows "this is an automatic assistant"
grep -q Larkfield out && failed "a base without a company greets as the demonstration's"
printf 'greeting: Welcome to {company}.\n' >greeting.yaml
good "$sayso" kb --db named.db import greeting.yaml
refused "does not say that a machine speaks" "$sayso" kb --db named.db publish
printf 'greeting: Welcome to {company}. You are talking to a machine.\n' >greeting.yaml
good "$sayso" kb --db named.db import greeting.yaml
good "$sayso" kb --db named.db publish
good "$sayso" call --db named.db hangs-up.yaml
shows "Welcome to Riverside Bikes. You are talking to a machine. Say agent"

# Advice names the base that the user named; an empty file can be made one.
good "$sayso" kb --db fresh.db init
refused "sayso kb --db fresh.db publish" "$sayso" call --db fresh.db hangs-up.yaml
refused "sayso kb --db my.db log" "$sayso" kb --db my.db rollback 99
refused "sayso kb --db my.db log" "$sayso" kb --db my.db rollback x
: >empty.db
refused "sayso kb --db empty.db init" "$sayso" kb --db empty.db log
good "$sayso" kb --db empty.db init
refused "published yet" "$sayso" call --db empty.db hangs-up.yaml

refused "sayso calls --db my.db list" "$sayso" calls --db my.db show 99999
refused "sayso calls --db my.db list" "$sayso" calls --db my.db show x
good "$sayso" check --db my.db
shows "every article of version 3, 2 in all"

# CSV.
printf 'article,phrase\nparking,where can I park\nparking,"is there a car park, and what does it cost"\n' >more.csv
good "$sayso" kb --db my.db import more.csv
shows "imported 1 article, 2 phrases;"
run "$sayso" kb --db my.db lint
[ "$status" = 0 ] || failed "warnings of lint end with status $status"
shows "parking"

# What is refused changes nothing.
"$sayso" kb --db my.db export before.yaml
cat >unknown.yaml <<'END'
articles:
  - id: late
    title: coming late
    phrases: [I am late]
    anser: Come in.
END
refused "unknown.yaml:5" "$sayso" kb --db my.db import unknown.yaml
cat >symbol.yaml <<'END'
articles:
  - id: late
    title: coming late
    phrases: [I am ☂ late]
    answer: Come in.
END
refused "symbol.yaml:4" "$sayso" kb --db my.db import symbol.yaml
cat >writes.yaml <<'END'
articles:
  - id: late
    title: coming late
    phrases: [I am late]
    lookup: wipe
    answer: Come in.
lookups:
  - name: wipe
    sql: DELETE FROM article
END
refused "wipe" "$sayso" kb --db my.db import writes.yaml
refused "absent.yaml" "$sayso" kb --db my.db import absent.yaml
printf 'articles: [' >broken.yaml
refused "broken.yaml" "$sayso" kb --db my.db import broken.yaml
printf 'article,nothing\na,b\n' >columns.csv
refused "columns.csv" "$sayso" kb --db my.db import columns.csv
"$sayso" kb --db my.db export after.yaml
cmp -s before.yaml after.yaml || failed "a refused import changed the base"
refused "nowhere" "$sayso" kb --db my.db export nowhere/all.yaml

# The voice.
good "$sayso" kb --db my.db say "It is 20 % off" --out said.wav
shows "twenty per\s*cent"
[ -s said.wav ] || failed "nothing was written"
refused "voice" "$sayso" kb say hello --voice nobody --out x.wav
[ ! -e x.wav ] || failed "a file of a voice that there is none of"
refused "nowhere" "$sayso" kb say hello --out nowhere/x.wav
done_testing
