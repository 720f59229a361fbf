package interp

import (
	"regexp"
	"strings"
	"sync"
)

// rule puts a message of gomacro into words that say what to do. Where line is
// set, the offending line must match as well. The replacement may use groups of
// message.
type rule struct {
	message, line *regexp.Regexp
	says          string
}

const noGenerics = "generics are not available: the interpreter has no type parameters"

// rules are tried in order, the first one counts. Most are about what Go has
// had since 1.18 and gomacro has not.
var rules = sync.OnceValue(func() []rule {
	return []rule{
		{re(`^undefined identifier: (min|max|clear)$`), nil, "$1 is not available: the interpreter has no min, max and clear"},
		{re(`^cannot range over .* <u?int(?:8|16|32|64|ptr)?>$`), nil, "range over an integer is not available in the interpreter: write for i := 0; i < n; i++"},
		{re(`^cannot range over .* <func\(.*>$`), nil, "range over a function is not available in the interpreter: call the function"},
		{re(`^unimplemented type: .* <\*ast\.IndexExpr>$`), nil, noGenerics},
		{re(`^expected |^expecting `), re(`\bfunc\s*(\([^)]*\)\s*)?\w+\[`), noGenerics},
		{re(`^expected |^expecting `), re(`\btype\s+\w+\s*\[\s*\w+(\s*,\s*\w+)*\s+[\w~*\[(]`), noGenerics},
		{re(`^expected |^expecting `), re(`\b[A-Za-z_]\w*\[[\w.*, ]+\]\s*[({]`), noGenerics},
		{re(`^expecting macro-related keyword after '~'`), nil, noGenerics},
		{re(`parser internal error`), nil, "the interpreter's parser cannot read this: it knows no type parameters, and no interface that embeds another by a bare name and has methods of its own"},
		{re(`internal error, method type is nil`), nil, "a method of a type that refers to itself cannot be called: a limit of the interpreter, write a function instead"},
		{re(`^expected (?:'IDENT'|'\('), found '\{'`), re(`^\s*func\s*\(`), "a statement cannot begin with func in the interpreter: write (func() { ... })()"},
		{re(`^type (?:\S*/)?(?:main\.)?(\S+) has no field or method "([^"]*)".*$`), nil, "$1 has no field or method $2"},
		{re(`^unknown field '(\w+)' in struct literal of type (?:\S*/)?(?:main\.)?(\S+)$`), nil, "$2 has no field $1"},
		{re(`^package (\S+) "[^"]*" has no symbol (\S+)$`), nil, "package $1 has no $2"},
		{re(`^(?:not a type|invalid qualified type, expecting packagename.identifier, found): (.+) <\*ast\.\w+>$`), nil, "undefined: $1"},
		{re(`^undefined "([^"]*)" in .+ <\*ast\.\w+>$`), nil, "undefined identifier: $1"},
		{re(`^not a package: "[^"]*" in (.+) <\*ast\.\w+>$`), nil, "undefined: $1"},
		{re(`^unimplemented type: (.+) <\*ast\.\w+>$`), nil, "the interpreter cannot compile $1"},
		{re(`^unsupported package syntax`), nil, "several names need as many values"},
	}
})

func re(s string) *regexp.Regexp { return regexp.MustCompile(s) }

// tokens are gomacro's names of tokens, and what to call them.
var tokens = strings.NewReplacer("'EOF'", "the end of the cell", "'IDENT'", "a name", "'INT'", "a number", "'STRING'", "a string")

// explain is what a cell's author reads instead of gomacro's msg about line.
func explain(msg, line string) string {
	for _, r := range rules() {
		m := r.message.FindStringSubmatchIndex(msg)
		if m == nil || r.line != nil && !r.line.MatchString(line) {
			continue
		}
		return string(r.message.ExpandString(nil, r.says, msg, m))
	}
	if _, detail, ok := strings.Cut(msg, "internal error"); ok {
		return "the interpreter cannot compile this" + detail
	}
	return tokens.Replace(msg)
}
