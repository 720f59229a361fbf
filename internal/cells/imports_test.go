package cells_test

import (
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
)

const (
	noThirdParty = "third-party packages need the line %go111module on"
	jsom         = "CompileError: cell 1:1:8: package \"encoding/jsom\" is not available; did you mean \"encoding/json\"?"
	rand         = "CompileError: cell 1:1:8: package \"rand\" is not available; did you mean \"math/rand\" or \"crypto/rand\"?"
	pflag        = "CompileError: cell 1:1:8: package \"github.com/spf13/pflag\" is not available: there are the standard library and ipyauth"
)

func TestImports(t *testing.T) { eachEngine(t, testImports) }

func testImports(t *testing.T, o cells.Options) {
	for _, tc := range []struct {
		name  string
		cells []string
		want  want
	}{
		{"plain", []string{"import `strings`", "strings.ToUpper(`a`)"}, both("A")},
		{"together with its use", []string{"import `strings`\nstrings.ToUpper(`a`)"}, both("A")},
		{"group", []string{"import (\n\t`strings`\n\t`strconv`\n)\nstrconv.Itoa(3) + strings.ToUpper(`a`)"}, both("3A")},
		{"named", []string{"import s `strings`\ns.ToUpper(`a`)"}, both("A")},
		{"one path, two names", []string{"import a `strings`\nimport b `strings`\na.ToUpper(`a`) + b.ToUpper(`b`)"}, both("AB")},
		{"again", []string{"import `strings`", "import `strings`", "strings.ToUpper(`a`)"}, both("A")},
		{"blank", []string{"import _ `image/png`", "1"}, both("1")},
		{"after a statement", []string{"x := `a`\nimport `strings`\nstrings.ToUpper(x)"}, both("A")},
		{"dot, with another statement", []string{"import . `strings`\nx := ToUpper(`a`)\nx", "ToUpper(x) + Repeat(`b`, 2)"}, both("Abb")},
		{"dot, seen by later cells and functions", []string{"import . `strings`\nfunc f(s string) string { return ToUpper(s) }", "1", "f(`a`)"}, both("A")},
		{"dot, types and constants", []string{"import . `time`\nvar d Duration = 2 * Second\nd"}, both("2s")},
		{"dot, twice", []string{"import . `strings`", "import . `strings`\nToUpper(`a`)"}, both("A")},
		{"display by its short path", []string{"import `display`\ndisplay.HTML(`<b>`).Data[display.MIMETypeHTML]"}, both("<b> true")},
		{"display by gophernotes' path", []string{"import `github.com/gopherdata/gophernotes`\ngophernotes.MIMETypeHTML"}, both("text/html")},
		{"display by its own path", []string{"import `github.com/ipyauth/ipyauth/kernel/display`\ndisplay.MIMETypeHTML"}, both("text/html")},

		{"unknown", []string{"import `slices`"}, want{"", "CompileError: cell 1:1:8: package \"slices\" is not available: the interpreter has the standard library and ipyauth, and " + noThirdParty}},
		{"misspelt", []string{"import `encoding/jsom`"}, want{jsom, jsom + " (" + noThirdParty + ")"}},
		{"without its folder", []string{"import `rand`"}, want{rand, rand + " (" + noThirdParty + ")"}},
		{"third party", []string{"import `github.com/spf13/pflag`"}, want{pflag + "; third-party packages need the lines %engine gomacro and %go111module on", pflag + ", and " + noThirdParty}},
		{"C", []string{"import `C`"}, want{"CompileError: cell 1:1:8: package \"C\" is not available: there are the standard library and ipyauth", "CompileError: cell 1:1:8: package \"C\" is not available: the interpreter has the standard library and ipyauth, and " + noThirdParty}},
		{"inside a block", []string{"if true {\n\timport `strings`\n}"}, want{"CompileError: cell 1:2:2: expected statement, found 'import'", "CompileError: cell 1:2:9: an import must stand outside functions and blocks"}},
		{"unknown one, nothing imported", []string{"1", "import (\n\t`strings`\n\t`slices2`\n)\nx := 1"}, want{"CompileError: cell 2:3:2: package \"slices2\" is not available; did you mean \"slices\"?", "CompileError: cell 2:3:2: package \"slices2\" is not available: the interpreter has the standard library and ipyauth, and " + noThirdParty}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, o)
			if got := s.last(t, tc.cells); got != tc.want.of(o.Engine) {
				t.Errorf("got  %s\nwant %s", got, tc.want.of(o.Engine))
			}
		})
	}
}

// An unknown path stops a cell before it has changed anything.
func TestUnknownImportChangesNothing(t *testing.T) { eachEngine(t, testUnknownImportChangesNothing) }

func testUnknownImportChangesNothing(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	s.must(t, "ToUpper := 1")
	s.shows("import . `strings`\nimport `nothing/there`\nx := 1")
	if got := s.shows("ToUpper"); got != "1" {
		t.Errorf("ToUpper shows %q", got)
	}
	undefined := want{"CompileError: cell 4:1:1: undefined: x", "CompileError: cell 4:1:1: undefined identifier: x"}.of(o.Engine)
	if got := s.shows("x"); got != undefined {
		t.Errorf("x shows %q, want %q", got, undefined)
	}
}
