// Package data embeds what package stdlib reads on demand: Exports, the export
// data of packages for this target, and Docs, their doc comments. Each entry of
// these zips is named by the package's path.
package data

import _ "embed"

// Docs is the zip of doc comments: for each package name, NUL, comment, NUL.
//
//go:embed docs.zip
var Docs string
