# For the tests in sh: folders of their own, and a copy of the demonstration base. Sourced; $sayso is the program.
sayso=$(realpath "$sayso")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shared=$(dirname "$sayso")/tests/shared
mkdir -p "$shared"
shared=$(cd "$shared" && pwd)
# The user's own base and cache are left alone; prompts are synthesised once for all tests.
export XDG_DATA_HOME="$work/data" XDG_CACHE_HOME="$shared/cache"

# Path of a fresh copy of the demonstration base, made once a build.
demo_copy() {
	if [ ! -f "$shared/demo.db" ] || [ "$sayso" -nt "$shared/demo.db" ]; then
		(
			flock 9
			if [ ! -f "$shared/demo.db" ] || [ "$sayso" -nt "$shared/demo.db" ]; then
				XDG_DATA_HOME="$shared/making" "$sayso" calls list >/dev/null
				made=$(find "$shared/making" -name '*.db' | head -n 1)
				cp "$made" "$shared/demo.new"
				rm -rf "$shared/making"
				mv "$shared/demo.new" "$shared/demo.db"
			fi
		) 9>"$shared/lock"
	fi
	copy=$(mktemp "$work/base.XXXXXX")
	cp "$shared/demo.db" "$copy"
	echo "$copy"
}
