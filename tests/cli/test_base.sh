#!/bin/sh
# Bases that are missing, locked, damaged, newer or on a full disk: one clear line, and the file stays as it was.
set -u
sayso=$1
. "$(dirname "$0")/../fixture.sh"
. "$(dirname "$0")/checks.sh"
demo=$(demo_copy)
cd "$work" || exit 1

for command in "kb ask hello" "kb log" "calls list" "check" "call talk.yaml"; do
	printf 'turns:\n  - key: "0"\n' >talk.yaml
	# shellcheck disable=SC2086 # words
	refused "absent.db" "$sayso" $command --db absent.db
	[ ! -e absent.db ] || failed "sayso $command made a base"
	echo "dear diary" >diary.db
	# shellcheck disable=SC2086
	refused "diary.db" "$sayso" $command --db diary.db
	[ "$(cat diary.db)" = "dear diary" ] || failed "sayso $command wrote into a file that is no base"
done

cp "$demo" newer.db
sqlite3 newer.db "PRAGMA user_version = 99"
refused "newer" "$sayso" kb --db newer.db log
refused "newer" "$sayso" call --db newer.db talk.yaml

# Pages in the middle overwritten: refused where they are read, never a crash.
cp "$demo" damaged.db
pages=$(($(stat -c %s damaged.db) / 4096))
dd if=/dev/urandom of=damaged.db bs=4096 seek=1 count=$((pages - 2)) conv=notrunc 2>/dev/null
refused "damaged" "$sayso" kb --db damaged.db ask hello
refused "damaged" "$sayso" calls list --db damaged.db

cp "$demo" locked.db
mkfifo hold
sqlite3 locked.db <hold >/dev/null &
holder=$!
exec 8>hold
echo "BEGIN IMMEDIATE; UPDATE version SET note = note WHERE 0; SELECT 1;" >&8
sleep 0.3
printf 'article,phrase\nhats,where are the hats\n' >hats.csv
refused "locked" "$sayso" kb --db locked.db import hats.csv
# A call goes on: the hand-off waits two seconds at most, and one line each says what is not written.
printf 'turns:\n  - say: agent please\nexpect: {handoff: asked, outcome: handoff, max_ms: 60000}\n' >person.yaml
run timeout 20 "$sayso" call --db locked.db person.yaml
[ "$status" = 0 ] || failed "a call over a locked base ended with status $status"
shows "Our team now has your case"
[ "$(wc -l <err)" = 2 ] || failed "not two lines about what is not written"
grep -q "1 caller is not on the desk: locked.db: .*locked by another program" err || failed "nothing of the desk"
exec 8>&-
wait "$holder"
# Nor is the card lost with the process: the next one writes it.
good "$sayso" call --db locked.db person.yaml
[ "$(sqlite3 locked.db "SELECT count(*) FROM desk")" = 2 ] || failed "not both callers are on the desk"
good "$sayso" kb --db locked.db import hats.csv

# A limit on the size of files stands for a full disk: SQLite meets the same error.
cp "$demo" full.db
seq 1 4000 | sed 's/.*/hats,where are the hats number &/; 1i article,phrase' >many.csv
refused "full" sh -c "trap '' XFSZ; ulimit -f 200; exec $sayso kb --db full.db import many.csv"
good "$sayso" kb --db full.db export -
! grep -q "where are the hats" out || failed "half of an import stayed"
done_testing
