# For the tests of the command line. Sourced after fixture.sh; each check that fails says so and is counted.
failures=0

failed() {
	failures=$((failures + 1))
	echo "FAILED: $*"
	sed 's/^/    out: /' "$work/out" | head -n 5
	sed 's/^/    err: /' "$work/err" | head -n 5
}

# run COMMAND...: into $work/out, $work/err and $status.
run() {
	status=0
	"$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}

# refused PATTERN COMMAND...: exit status 2, nothing on standard output, one to three lines on standard error, one with PATTERN.
refused() {
	pattern=$1
	shift
	run "$@"
	lines=$(wc -l <"$work/err")
	[ "$status" = 2 ] || failed "status $status instead of 2: $*"
	[ ! -s "$work/out" ] || failed "output where only an error should be: $*"
	[ "$lines" -ge 1 ] && [ "$lines" -le 3 ] || failed "$lines lines instead of one to three: $*"
	grep -qi -e "$pattern" "$work/err" || failed "nothing about \"$pattern\": $*"
}

# good COMMAND...: exit status 0 and nothing on standard error.
good() {
	run "$@"
	[ "$status" = 0 ] || failed "status $status: $*"
	[ ! -s "$work/err" ] || failed "complaints: $*"
}

# shows PATTERN: the last command's output has a line with it.
shows() {
	grep -q -e "$1" "$work/out" || failed "no \"$1\" in the output"
}

done_testing() {
	[ "$failures" = 0 ] || exit 1
}
