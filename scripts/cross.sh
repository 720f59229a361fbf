#!/usr/bin/env bash
# Vets for macOS and Windows; with an argument, builds for Windows instead:
# scripts/cross.sh [bin/ipyauth.exe]
#
# The interpreter's table of packages has log/syslog, which Windows lacks, in a file
# without a build constraint. For Windows it is left out of a copy of the module.
set -euo pipefail
cd "$(dirname "$0")/.."
copy=$(mktemp -d)
trap 'chmod -R u+w "$copy"; rm -rf "$copy"' EXIT
go mod download github.com/cosmos72/gomacro
cp -r "$(go list -m -f '{{.Dir}}' github.com/cosmos72/gomacro)" "$copy/gomacro"
chmod -R u+w "$copy/gomacro"
rm "$copy/gomacro/imports/log_syslog.go"
cp go.mod go.sum "$copy"
go mod edit -replace "github.com/cosmos72/gomacro=$copy/gomacro" "$copy/go.mod"
if [ $# -gt 0 ]; then
  GOOS=windows go build -modfile="$copy/go.mod" -o "$1" ./cmd/ipyauth
else
  GOOS=darwin go vet ./...
  GOOS=windows go vet -modfile="$copy/go.mod" ./...
fi
