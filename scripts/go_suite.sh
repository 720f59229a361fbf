#!/bin/sh
# make go-suite: Go's own programs, run by the engine of cells, each in a fresh session.
#
# Four runs: the "// run" programs, also compared with the compiled ones; the errors that
# the "// errorcheck" programs mark; and two controls, which show that the suite bites.
# With the argument sample it runs programs for two minutes and nothing else.
# The tables are in .cache/gosuite. What cannot pass stands in known.txt and
# known-errors.txt of internal/engine/gosuite, a reason a line.
set -u
cd "$(dirname "$0")/.." || exit 1
suite=.cache/gosuite/gosuite
go build -o "$suite" ./internal/engine/gosuite/cmd || exit 1
if [ "${1:-}" = sample ]; then # the same programs first each time, for two minutes
	exec "$suite" programs -sample 2m -timeout 40s
fi
failed=0
run() {
	echo "== $1"
	shift
	"$@" || failed=1
}
run "programs" "$suite" programs -compare -timeout 40s -list .cache/gosuite/programs.txt
run "programs with errors" "$suite" errorcheck -list .cache/gosuite/errorcheck.txt
run "control: without main nothing passes" "$suite" programs -control skipmain -list .cache/gosuite/skipmain.txt
run "control: a wrong + is noticed" "$suite" programs -control addsub -list .cache/gosuite/addsub.txt
exit $failed
