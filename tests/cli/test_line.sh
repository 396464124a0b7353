#!/bin/sh
# Watching a service where none runs: one clear line, whatever the form that was asked for.
set -u
sayso=$1
. "$(dirname "$0")/../fixture.sh"
. "$(dirname "$0")/checks.sh"

refused "$work/none.sock" "$sayso" line --at "$work/none.sock"
refused "nothing answers" "$sayso" line --at "$work/none.sock" --json
refused "nothing answers" "$sayso" line --at 127.0.0.1:1 --once
refused "no place" "$sayso" line --at 127.0.0.1:nowhere
refused "is no address" "$sayso" line --at localhost
refused "needs a value" "$sayso" line --at
done_testing
