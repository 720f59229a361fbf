package cells_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// The cells that gophernotes 0.7.5 tests itself with, in one session as there,
// and the results it wants.
func TestGophernotesEvaluate(t *testing.T) { eachEngine(t, testGophernotesEvaluate) }

func testGophernotesEvaluate(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	for _, tc := range []struct {
		cell []string
		want string
	}{
		{[]string{"a := 1", "a"}, "1"},
		{[]string{"a = 2", "a + 3"}, "5"},
		{[]string{"func myFunc(x int) int {", "    return x+1", "}", "myFunc(1)"}, "2"},
		{[]string{"b := myFunc(1)"}, ""},
		{[]string{"type Rect struct {", "    Width, Height int", "}", "Rect{10, 30}"}, "{10 30}"},
		{[]string{"type Rect struct {", "    Width, Height int", "}", "&Rect{10, 30}"}, "&{10 30}"},
		{[]string{"func a(b int) (int, int) {", "    return 2 + b, b", "}", "a(10)"}, "12 10"},
		{[]string{`import "errors"`, "func a() (interface{}, error) {", `    return nil, errors.New("To err is human")`, "}", "a()"}, "<nil> To err is human"},
		{[]string{`c := []string{"gophernotes", "is", "super", "bad"}`, "c[:3]"}, "[gophernotes is super]"},
		{[]string{"m := map[string]int{", `    "a": 10,`, `    "c": 30,`, "}", `m["c"]`}, "30 true"},
		{[]string{"if 1 < 2 {", "    3", "}"}, ""},
		{[]string{"d := 10", "d++"}, ""},
		{[]string{"out := make(chan int)", "go func() {", "    out <- 123", "}()", "<-out"}, "123 true"},
	} {
		if got := s.shows(strings.Join(tc.cell, "\n")); got != tc.want {
			t.Errorf("%q shows %q, want %q", tc.cell, got, tc.want)
		}
	}
	if got := s.shows(`panic("error")`); got != "panic: error" {
		t.Errorf("panic shows %q", got)
	}
}

// What gophernotes' tests print, on both streams.
func TestGophernotesPrints(t *testing.T) { eachEngine(t, testGophernotesPrints) }

func testGophernotesPrints(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	for _, tc := range []struct{ code, want string }{
		{"import \"fmt\"\na := 1\nfmt.Println(a)", "1"},
		{"a = 2\nfmt.Print(a)", "2"},
		{"import \"os\"\nos.Stdout.WriteString(\"3\")", "3"},
		{`fmt.Fprintf(os.Stdout, "%d\n", 4)`, "4"},
		{"import \"time\"\nfor i := 0; i < 3; i++ {\n    fmt.Println(i)\n    time.Sleep(time.Millisecond)\n}", "0\n1\n2"},
	} {
		if got := printed(t, func() { s.must(t, tc.code) }); got != tc.want {
			t.Errorf("%q prints %q, want %q", tc.code, got, tc.want)
		}
	}
	line := stderr(t)
	for _, tc := range []struct{ code, want string }{
		{"fmt.Fprintln(os.Stderr, 1)", "1"},
		{"os.Stderr.WriteString(\"2\\n\")", "2"},
		{"println(3)", "3"},
	} {
		s.must(t, tc.code)
		if got := line(); got != tc.want {
			t.Errorf("%q prints %q, want %q", tc.code, got, tc.want)
		}
	}
}

// Each function of package display, under both import paths.
func TestGophernotesDisplay(t *testing.T) { eachEngine(t, testGophernotesDisplay) }

func testGophernotesDisplay(t *testing.T, o cells.Options) {
	for _, path := range []string{"display", "github.com/gopherdata/gophernotes"} {
		s := newSession(t, o)
		s.must(t, "import display \""+path+"\"\nimport `image`\nimport `strings`")
		for _, tc := range []struct{ code, mime, want string }{
			{"display.HTML(`<b>`)", "text/html", "<b>"},
			{"display.JavaScript(`x`)", "application/javascript", "x"},
			{"display.Markdown(`*a*`)", "text/markdown", "*a*"},
			{"display.SVG(`<svg/>`)", "image/svg+xml", "<svg/>"},
			{"display.Latex(`x`)", "text/latex", "$x$"},
			{"display.Latex(`$x$`)", "text/latex", "$x$"},
			{"display.Math(`x`)", "text/latex", "$$x$$"},
			{"display.MakeData(`a/b`, 1)", "a/b", "1"},
			{"display.MakeData3(`a/b`, `plain`, 1)", "text/plain", "plain"},
			{"display.MIME(display.MIMEMap{`a/b`: 2}, nil)", "a/b", "2"},
			{"display.JSON(map[string]interface{}{`a`: 1})", "application/json", "map[a:1]"},
			{"display.Any(`text/html`, `<i>`)", "text/html", "<i>"},
			{"display.Any(``, strings.NewReader(`<html>`))", "text/html; charset=utf-8", "[60 104 116 109 108 62]"},
			{"display.Data{Data: display.MIMEMap{`c/d`: `raw`}}", "c/d", "raw"},
			{"display.PNG([]byte{1})", "image/png", "[1]"},
			{"display.JPEG([]byte{1})", "image/jpeg", "[1]"},
			{"display.PDF([]byte{1})", "application/pdf", "[1]"},
		} {
			data, err := s.execute(tc.code)
			if err != nil {
				t.Errorf("%s: %v", tc.code, err)
				continue
			}
			got, ok := data.Data[tc.mime]
			if !ok || fmt.Sprint(got) != tc.want {
				t.Errorf("%s: %s of %v, want %q", tc.code, tc.mime, data.Data, tc.want)
			}
			if _, ok := data.Data[display.MIMETypeText]; !ok && !strings.Contains(tc.code, "MIME(") && !strings.Contains(tc.code, "Data{") {
				t.Errorf("%s: no text in %v", tc.code, data.Data)
			}
		}
	}
}

// gophernotes imports package display before the first cell.
func TestDisplayNeedsNoImport(t *testing.T) { eachEngine(t, testDisplayNeedsNoImport) }

func testDisplayNeedsNoImport(t *testing.T, o cells.Options) {
	for _, tc := range []struct {
		name  string
		cells []string
		want  string
	}{
		{"used", []string{"display.HTML(`<b>`)"}, "<b>"},
		{"used later", []string{"1", "x := display.HTML(`<b>`)\nx"}, "<b>"},
		{"in a type's method", []string{"type T int\nfunc (t T) Render() display.Data { return display.HTML(`<b>`) }\nT(1)"}, "<b>"},
		{"a variable of that name", []string{"display := 3", "display"}, "3"},
		{"another package of that name", []string{"import display `strings`", "display.ToUpper(`a`)"}, "A"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, o)
			for _, cell := range tc.cells[:len(tc.cells)-1] {
				s.must(t, cell)
			}
			if got := s.shows(tc.cells[len(tc.cells)-1]); got != tc.want {
				t.Errorf("shows %q, want %q", got, tc.want)
			}
		})
	}
	s := newSession(t, o)
	if got := texts(s.complete(t, "displ|")); got != "display" {
		t.Errorf("completes %q", got)
	}
}

// The values gophernotes renders by their methods, here of types that cells
// declare: each interface of package display.
func TestGophernotesRender(t *testing.T) { eachEngine(t, testGophernotesRender) }

func testGophernotesRender(t *testing.T, o cells.Options) {
	for method, mime := range map[string]string{
		"HTML() string { return `v` }":                                                   "text/html",
		"JavaScript() string { return `v` }":                                             "application/javascript",
		"Latex() string { return `v` }":                                                  "text/latex",
		"Markdown() string { return `v` }":                                               "text/markdown",
		"SVG() string { return `v` }":                                                    "image/svg+xml",
		"JPEG() []byte { return []byte(`v`) }":                                           "image/jpeg",
		"PNG() []byte { return []byte(`v`) }":                                            "image/png",
		"PDF() []byte { return []byte(`v`) }":                                            "application/pdf",
		"JSON() map[string]interface{} { return nil }":                                   "application/json",
		"Render() display.Data { return display.Data{Data: display.MIMEMap{`x/y`: 1}} }": "x/y",
		"SimpleRender() display.MIMEMap { return display.MIMEMap{`x/z`: 1} }":            "x/z",
		"Bounds() image.Rectangle { return image.Rect(0, 0, 1, 1) }\n" + "func (t T) At(x, y int) color.Color { return color.Black }\nfunc (t T) ColorModel() color.Model { return color.GrayModel }": "image/png",
	} {
		s := newSession(t, o)
		s.must(t, "import (\n`display`\n`image`\n`image/color`\n)\n_ = display.HTML\n_ = image.Rect\n_ = color.Black")
		for _, value := range []string{"T{}", "&T{}", "func() (interface{}, error, T) { return nil, nil, T{} }()"} {
			if strings.HasPrefix(value, "func") {
				value = "(" + strings.TrimSuffix(value, "()") + ")()"
			}
			data, err := s.execute("type T struct{ n int }\nfunc (t T) " + method + "\n" + value)
			if err != nil {
				t.Errorf("%s, %s: %v", method, value, err)
				continue
			}
			if _, ok := data.Data[mime]; !ok {
				t.Errorf("%s, %s: %v", method, value, data.Data)
			}
		}
	}
}

// Display shows a value in the middle of a cell, rendered like the last one.
func TestGophernotesDisplayFunction(t *testing.T) { eachEngine(t, testGophernotesDisplayFunction) }

func testGophernotesDisplayFunction(t *testing.T, o cells.Options) {
	var shown []string
	s := newSession(t, cells.Options{Engine: o.Engine, Publish: func(d cell.Display) error {
		shown = append(shown, fmt.Sprint(d.Data))
		return nil
	}})
	s.must(t, "import `display`\nDisplay(display.HTML(`<b>`))\nDisplay(3)\nx := 1")
	want := "map[text/html:<b> text/plain:<b>] map[text/plain:3]"
	if got := strings.Join(shown, " "); got != want {
		t.Errorf("shown %q, want %q", got, want)
	}
}
