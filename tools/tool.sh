# Sourced by the tools that build: what is shown meanwhile, and the tools that are C programs.
# here: the project's root; build: where it is built.

build=$here/build/release

# counting NAME LOG: how far the build is that writes LOG, over itself, until it is ended.
counting() {
	while sleep 1; do
		built=$(grep -o '^\[[0-9]*/[0-9]*\]' "$2" 2>/dev/null | tail -n 1 | tr -d '[]')
		[ -z "$built" ] || printf '\r%s: building, %s of %s' "$1" "${built%/*}" "${built#*/}" >&2
	done
}

# counted NAME LOG COMMAND...: a build; what the command says goes into LOG; at a terminal a line counts while it lasts.
counted() {
	name=$1
	log=$2
	shift 2
	counter=
	: >"$log"
	if [ -t 2 ]; then
		counting "$name" "$log" &
		counter=$!
	fi
	status=0
	"$@" >"$log" 2>&1 || status=$?
	if [ -n "$counter" ]; then
		kill "$counter"
		wait "$counter" 2>/dev/null || true
		printf '\r\033[K' >&2
	fi
	[ "$status" != 0 ] || return 0
	grep -E "error|Error" "$log" | head -n 5 >&2
	echo "$name: the build failed; all of it is in $log" >&2
	exit 1
}

configure_release() {
	[ -f "$build/build.ninja" ] || cmake -S "$here" --preset release
}

make_release() {
	configure_release && cmake --build "$build"
}

make_tool() {
	configure_release && cmake -S "$here" -B "$build" -DSAYSO_TOOLS=ON && cmake --build "$build" --target sayso "sayso-$1"
}

# build_tool NAME: sayso and sayso-NAME as released, with what they need.
build_tool() {
	mkdir -p "$here/build"
	"$here/tools/setup"
	counted "$1" "$build.$1.log" make_tool "$1"
}

# run_tool NAME [ARGUMENT...]
run_tool() {
	build_tool "$1"
	program=$build/tools/sayso-$1
	shift
	exec "$program" "$@"
}
