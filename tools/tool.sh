# Sourced by the tools that are C programs: builds sayso and sayso-NAME as released and runs the latter.
# here: the project's root; build: where it is built.

build=$here/build/release

# build_tool NAME
build_tool() {
	log=$build.$1.log
	mkdir -p "$here/build"
	"$here/tools/setup"
	if ! { { [ -f "$build/build.ninja" ] || cmake -S "$here" --preset release; } &&
		cmake -S "$here" -B "$build" -DSAYSO_TOOLS=ON &&
		cmake --build "$build" --target sayso "sayso-$1"; } >"$log" 2>&1; then
		grep -E "error|Error" "$log" | head -n 5 >&2
		echo "$1: the build failed; all of it is in $log" >&2
		exit 1
	fi
}

# run_tool NAME [ARGUMENT...]
run_tool() {
	build_tool "$1"
	tool=$build/tools/sayso-$1
	shift
	exec "$tool" "$@"
}
