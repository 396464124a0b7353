#!/bin/sh
# Sentences in callers' own words: each names an article that there is, none is a phrase of one, and as text nearly all
# find theirs (what the engine hears of them is another matter).
set -u
sayso=$1
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/fixture.sh"
. "$here/cli/checks.sh"
cd "$work" || exit 1

normal() {
	tr 'A-Z' 'a-z' | tr -d ".,?!'\"" | sed 's/^ *//; s/ *$//'
}

cat "$here"/natural/*.tsv | grep -v '^#' >sentences
awk -F'\t' 'NF != 2 || !$1 || !$2' sentences >bad
[ ! -s bad ] || failed "a line without sentence and article: $(head -n 1 bad)"
[ "$(awk -F'\t' '$2 != "-"' sentences | wc -l)" -ge 300 ] || failed "fewer than 300 sentences"
[ "$(awk -F'\t' '$2 == "-"' sentences | wc -l)" -ge 60 ] || failed "fewer than 60 that no article answers"
cut -f 1 sentences | normal | sort >said
[ -z "$(uniq -d said)" ] || failed "a sentence is there twice: $(uniq -d said | head -n 1)"

sed -n 's/^      - //p' "$here"/../kb/seed/*.yaml | normal | sort -u >phrases
[ "$(wc -l <phrases)" -gt 600 ] || failed "the phrases of the seed were not found"
comm -12 said phrases >same
[ ! -s same ] || failed "a sentence is a phrase: $(head -n 1 same)"

sed -n 's/^  - id: //p' "$here"/../kb/seed/*.yaml | sort >articles
cut -f 2 sentences | grep -v '^-$' | sort -u >named
comm -13 articles named >unknown
[ ! -s unknown ] || failed "no article: $(head -n 1 unknown)"
comm -23 articles named >unasked
[ ! -s unasked ] || failed "no sentence for the article $(head -n 1 unasked)"

for part in tuning judging; do
	grep -v '^#' "$here/natural/$part.tsv" >part
	cut -f 1 part >texts
	good "$sayso" kb ask --list texts
	paste part out | awk -F'\t' '$2 != "-" { n++; right += $4 == $2; wrong += $6 == "accept" && $4 != $2 }
		END { printf "%d %d %d\n", n, 100 * right / n, 100 * wrong / n }' >counts
	read -r n right wrong <counts
	[ "$right" -ge 88 ] || failed "$part: only $right % of $n sentences find their article"
	[ "$wrong" -le 2 ] || failed "$part: $wrong % of $n sentences are answered wrong without a question"
done
done_testing
