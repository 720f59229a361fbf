// Package js holds the built front end of the sign-in widget. Its sources are in src; npm run build
// writes dist, which is committed, so that building the binary needs no Node.
package js

import _ "embed"

// Widget is the widget's anywidget module: one ECMAScript module without imports, what a model's
// _esm holds. Loading it does nothing.
//
//go:embed dist/widget.js
var Widget string

// Style is the widget's style sheet, what a model's _css holds. Every rule begins with .ipyauth,
// because anywidget puts it into the whole page.
//
//go:embed dist/widget.css
var Style string
