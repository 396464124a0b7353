#!/bin/sh
# Every command explains itself, on standard output and with status 0; what there is none of is refused.
set -u
sayso=$1
. "$(dirname "$0")/../fixture.sh"
. "$(dirname "$0")/checks.sh"

good "$sayso" --help
shows "Usage: sayso"
good "$sayso" --version
shows "^sayso [0-9]"
for command in call talk hear kb serve line calls check; do
	good "$sayso" $command --help
	shows "^Usage: sayso $command"
	good "$sayso" --help
	shows "^  $command "
	refused "no option --nonsense" "$sayso" $command --nonsense
done
for verb in init import export lint ask say publish log diff rollback; do
	good "$sayso" kb --help
	shows "$verb"
	good "$sayso" kb $verb --help
	shows "$verb"
done

refused "which command" "$sayso"
refused "no command \"dance\"" "$sayso" dance
refused "no option \"--dance\"" "$sayso" --dance
refused "no verb \"dance\"" "$sayso" kb dance
refused "which verb" "$sayso" kb
refused "needs a value" "$sayso" kb --db
refused "which recordings" "$sayso" hear
refused "which" "$sayso" call
refused "no \"dance\"" "$sayso" calls dance
refused "needs a call's id" "$sayso" calls show
refused "what is \"dance\"" "$sayso" line dance
refused "what is \"dance\"" "$sayso" check dance
done_testing
