package cells_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/display"
)

func TestRichValues(t *testing.T) { eachEngine(t, testRichValues) }

func testRichValues(t *testing.T, o cells.Options) {
	const image = "import (\n\"image\"\n\"image/color\"\n)\ntype Img struct{}\nfunc (Img) At(x, y int) color.Color { return color.Black }\nfunc (Img) Bounds() image.Rectangle { return image.Rect(0, 0, 2, 2) }\nfunc (Img) ColorModel() color.Model { return color.GrayModel }\n"
	for _, tc := range []struct {
		name, code string
		types      string // the MIME types, sorted
		text       string
	}{
		{"data", "import `display`\ndisplay.Markdown(`*a*`)", "text/markdown text/plain", "*a*"},
		{"compiled image", "import `image`\nimage.NewGray(image.Rect(0, 0, 3, 2))", "image/png text/plain", "*image.Gray 3x2"},
		{"rich and nil", "import `display`\nfunc f() (interface{}, error) { return display.HTML(`<b>`), nil }\nf()", "text/html text/plain", "<b>"},
		{"rich and not nil", "import `display`\nfunc f() (interface{}, int) { return display.Data{}, 1 }\nf()", "text/plain", "{map[] map[] map[]} 1"},
		{"interpreted HTML", "type H struct{ n int }\nfunc (h H) HTML() string { return `<b>` }\nH{1}", "text/html text/plain", "{1}"},
		{"interpreted pointer to it", "type H struct{ n int }\nfunc (h H) HTML() string { return `<b>` }\n&H{1}", "text/html text/plain", "&{1}"},
		{"interpreted pointer method", "type H struct{ n int }\nfunc (h *H) HTML() string { return `<b>` }\nfunc (h *H) String() string { return `h` }\n&H{1}", "text/html text/plain", "h"},
		{"interpreted nil pointer", "type H struct{ n int }\nfunc (h *H) HTML() string { return `<b>` }\nvar h *H\nh", "text/plain", "<nil>"},
		{"interpreted, several types", "type H int\nfunc (h H) Markdown() string { return `*a*` }\nfunc (h H) SVG() string { return `<svg/>` }\nH(7)", "image/svg+xml text/markdown text/plain", "7"},
		{"interpreted SimpleRender", "import `display`\ntype H int\nfunc (h H) SimpleRender() display.MIMEMap { return display.MIMEMap{`text/plain`: `own`} }\nH(7)", "text/plain", "own"},
		{"interpreted Render", "import `display`\ntype H int\nfunc (h H) Render() display.Data { return display.HTML(`<i>`) }\nH(7)", "text/html text/plain", "<i>"},
		{"interpreted image", image + "Img{}", "image/png text/plain", want{"main.Img 2x2", "{}"}.of(o.Engine)},
		{"interpreted String", "type C int\nfunc (c C) String() string { return `red` }\nC(1)", "text/plain", "red"},
		{"interpreted Error", "type E struct{}\nfunc (e E) Error() string { return `own` }\nE{}", "text/plain", "own"},
		{"interpreted Error behind error", "type E struct{}\nfunc (e E) Error() string { return `own` }\nvar err error = E{}\nerr", "text/plain", "own"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, o)
			data, err := s.execute(tc.code)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(slices.Sorted(maps.Keys(data.Data)), " "); got != tc.types {
				t.Errorf("types %q, want %q", got, tc.types)
			}
			if got := data.Data[display.MIMETypeText]; got != tc.text {
				t.Errorf("text %q, want %q", got, tc.text)
			}
		})
	}
}

func TestRichValueThatPanics(t *testing.T) { eachEngine(t, testRichValueThatPanics) }

func testRichValueThatPanics(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	if got, want := s.shows("type H int\nfunc (h H) HTML() string { panic(`no`) }\nH(1)"), "panic: no"; got != want {
		t.Errorf("shows %q, want %q", got, want)
	}
}

func TestDisplay(t *testing.T) { eachEngine(t, testDisplay) }

func testDisplay(t *testing.T, o cells.Options) {
	var shown []cell.Display
	s := newSession(t, cells.Options{Engine: o.Engine, Publish: func(d cell.Display) error {
		shown = append(shown, d)
		return nil
	}})
	if got := s.shows("import `display`\nDisplay(display.HTML(`<b>`))\nDisplay(42)\nerr := Display(nil)\nerr"); got != "" {
		t.Errorf("the cell shows %q", got)
	}
	want := []map[string]any{
		{"text/html": "<b>", "text/plain": "<b>"},
		{"text/plain": "42"},
		{"text/plain": "<nil>"},
	}
	if len(shown) != len(want) {
		t.Fatalf("%d displays, want %d", len(shown), len(want))
	}
	for i, d := range shown {
		if !maps.Equal(d.Data, want[i]) {
			t.Errorf("display %d is %v, want %v", i, d.Data, want[i])
		}
	}
}

func TestDisplayOutsideKernel(t *testing.T) { eachEngine(t, testDisplayOutsideKernel) }

func testDisplayOutsideKernel(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	if got, want := s.shows("Display(1)"), cell.ErrNoKernel.Error(); got != want {
		t.Errorf("shows %q, want %q", got, want)
	}
}
