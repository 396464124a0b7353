# Sourced by the tools that are C programs: builds sayso and sayso-NAME as released and runs the latter.
# here: the project's root.

# run_tool NAME [ARGUMENT...]
run_tool() {
	name=$1
	shift
	build=$here/build/release
	log=$build.$name.log
	mkdir -p "$here/build"
	"$here/tools/setup"
	if ! { { [ -f "$build/build.ninja" ] || cmake -S "$here" --preset release; } &&
		cmake -S "$here" -B "$build" -DSAYSO_TOOLS=ON &&
		cmake --build "$build" --target sayso "sayso-$name"; } >"$log" 2>&1; then
		grep -E "error|Error" "$log" | head -n 5 >&2
		echo "$name: the build failed; all of it is in $log" >&2
		exit 1
	fi
	exec "$build/tools/sayso-$name" "$@"
}
