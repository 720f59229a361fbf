package display_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/kernel/display"
)

type (
	m = display.MIMEMap

	html     string
	many     struct{}
	simple   struct{}
	full     struct{}
	stringer struct{}
	writerTo string
)

func (h html) HTML() string { return "<b>" + string(h) + "</b>" }

func (many) HTML() string         { return "html" }
func (many) JavaScript() string   { return "js" }
func (many) JPEG() []byte         { return []byte("jpeg") }
func (many) JSON() map[string]any { return m{"a": 1} }
func (many) Latex() string        { return "latex" }
func (many) Markdown() string     { return "md" }
func (many) PNG() []byte          { return []byte("png") }
func (many) PDF() []byte          { return []byte("pdf") }
func (many) SVG() string          { return "svg" }
func (many) String() string       { return "many" }
func (simple) HTML() string       { return "not this" }
func (simple) SimpleRender() m    { return m{"text/html": "this", "text/plain": "simple"} }
func (full) HTML() string         { return "not this" }
func (full) SimpleRender() m      { return m{"text/html": "nor this", "text/markdown": "md"} }
func (full) Render() display.Data {
	return display.Data{Data: m{"text/html": "this"}, Metadata: m{"x": 1}, Transient: m{"display_id": "d"}}
}
func (full) String() string     { return "full" }
func (stringer) String() string { return "no rich form" }
func (w writerTo) WriteTo(to io.Writer) (int64, error) {
	n, err := io.WriteString(to, string(w))
	return int64(n), err
}

func TestConstructors(t *testing.T) {
	for _, row := range []struct {
		name string
		got  display.Data
		want m
	}{
		{"HTML", display.HTML("<b>"), m{"text/html": "<b>", "text/plain": "<b>"}},
		{"JavaScript", display.JavaScript("f()"), m{"application/javascript": "f()", "text/plain": "f()"}},
		{"JPEG", display.JPEG([]byte{1}), m{"image/jpeg": []byte{1}, "text/plain": "image/jpeg, 1 bytes"}},
		{"JSON", display.JSON(m{"a": 1}), m{"application/json": m{"a": 1}, "text/plain": "map[a:1]"}},
		{"Latex", display.Latex("x^2"), m{"text/latex": "$x^2$", "text/plain": "x^2"}},
		{"Latex with dollars", display.Latex("$x$"), m{"text/latex": "$x$", "text/plain": "$x$"}},
		{"Markdown", display.Markdown("*a*"), m{"text/markdown": "*a*", "text/plain": "*a*"}},
		{"Math", display.Math("x^2"), m{"text/latex": "$$x^2$$", "text/plain": "x^2"}},
		{"PDF", display.PDF([]byte("%PDF")), m{"application/pdf": []byte("%PDF"), "text/plain": "application/pdf, 4 bytes"}},
		{"PNG", display.PNG(nil), m{"image/png": []byte(nil), "text/plain": "image/png, 0 bytes"}},
		{"SVG", display.SVG("<svg/>"), m{"image/svg+xml": "<svg/>", "text/plain": "<svg/>"}},
		{"MakeData", display.MakeData("a/b", 7), m{"a/b": 7, "text/plain": "7"}},
		{"MakeData of text", display.MakeData("text/plain", "x"), m{"text/plain": "x"}},
		{"MakeData3", display.MakeData3("a/b", "seven", 7), m{"a/b": 7, "text/plain": "seven"}},
		{"MIME", display.MIME(m{"a/b": 1}, m{"c": 2}), m{"a/b": 1}},
		{"Auto of text", display.Auto("hello"), m{"text/plain": "hello"}},
		{"Auto of bytes", display.Auto([]byte("%PDF-1.7")), m{"application/pdf": []byte("%PDF-1.7"), "text/plain": "application/pdf, 8 bytes"}},
		{"Auto of text bytes", display.Auto([]byte("plain")), m{"text/plain": "plain"}},
		{"Any of a reader", display.Any("a/b", strings.NewReader("xy")), m{"a/b": []byte("xy"), "text/plain": "a/b, 2 bytes"}},
		{"Any of a WriterTo", display.Any("a/b", writerTo("xy")), m{"a/b": []byte("xy"), "text/plain": "a/b, 2 bytes"}},
		{"Any of what renders", display.Any("a/b", html("x")), m{"text/html": "<b>x</b>", "text/plain": "x"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if !reflect.DeepEqual(row.got.Data, row.want) {
				t.Errorf("data %v, want %v", row.got.Data, row.want)
			}
		})
	}
}

func TestRender(t *testing.T) {
	for _, row := range []struct {
		name string
		v    any
		want display.Data
		ok   bool
	}{
		{"one method", html("x"), display.Data{Data: m{"text/html": "<b>x</b>", "text/plain": "x"}}, true},
		{"all methods", many{}, display.Data{Data: m{
			"text/html": "html", "application/javascript": "js", "image/jpeg": []byte("jpeg"), "application/json": m{"a": 1},
			"text/latex": "latex", "text/markdown": "md", "image/png": []byte("png"), "application/pdf": []byte("pdf"),
			"image/svg+xml": "svg", "text/plain": "many",
		}}, true},
		{"SimpleRender wins over HTML", simple{}, display.Data{Data: m{"text/html": "this", "text/plain": "simple"}}, true},
		{"Render wins over all", full{}, display.Data{
			Data:     m{"text/html": "this", "text/markdown": "md", "text/plain": "full"},
			Metadata: m{"x": 1}, Transient: m{"display_id": "d"},
		}, true},
		{"Data as it is", display.Data{Data: m{"text/html": "x"}}, display.Data{Data: m{"text/html": "x"}}, true},
		{"no method", stringer{}, display.Data{}, false},
		{"nil", nil, display.Data{}, false},
		{"error", errors.New("x"), display.Data{}, false},
		{"number", 7, display.Data{}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, ok := display.Render(row.v)
			if ok != row.ok || !reflect.DeepEqual(got, row.want) {
				t.Errorf("Render = %v, %v; want %v, %v", got, ok, row.want, row.ok)
			}
		})
	}
}

func TestRenderCopiesData(t *testing.T) {
	d := display.HTML("x")
	got, _ := display.Render(d)
	got.Data["text/html"] = "changed"
	if d.Data["text/html"] != "x" {
		t.Error("Render shares its argument's map")
	}
}

func TestImage(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 3, 2))
	got, ok := display.Render(img)
	if !ok || !bytes.HasPrefix(got.Data["image/png"].([]byte), []byte("\x89PNG")) {
		t.Fatalf("Render = %v, %v", got, ok)
	}
	if want := "*image.RGBA 3x2"; got.Data["text/plain"] != want {
		t.Errorf("text/plain %q, want %q", got.Data["text/plain"], want)
	}
	if want := (m{"image/png": m{"width": 3, "height": 2}}); !reflect.DeepEqual(got.Metadata, want) {
		t.Errorf("metadata %v, want %v", got.Metadata, want)
	}
	empty := display.Image(image.NewRGBA(image.Rectangle{}))
	if text := fmt.Sprint(empty.Data["text/plain"]); len(empty.Data) != 1 || !strings.Contains(text, "cannot be shown") {
		t.Errorf("image without pixels: %v", empty)
	}
}

func TestFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.svg")
	if err := os.WriteFile(file, []byte("<svg/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := display.File("image/svg+xml", file).Data["image/svg+xml"]; !reflect.DeepEqual(got, []byte("<svg/>")) {
		t.Errorf("File = %v", got)
	}
	if err := panicOf(func() { display.File("", file+".missing") }); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: panic %v", err)
	}
}

func TestAnyPanics(t *testing.T) {
	broken := errors.New("broken")
	for _, row := range []struct {
		name string
		v    any
		want string
	}{
		{"number", 7, "display: cannot show a value of type int"},
		{"nil", nil, "display: cannot show a value of type <nil>"},
		{"broken reader", brokenReader{broken}, "display display_test.brokenReader: broken"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if err := panicOf(func() { display.Any("", row.v) }); err == nil || err.Error() != row.want {
				t.Errorf("panic %v, want %v", err, row.want)
			}
		})
	}
}

type brokenReader struct{ err error }

func (r brokenReader) Read([]byte) (int, error) { return 0, r.err }

func panicOf(f func()) (err error) {
	defer func() { err, _ = recover().(error) }()
	f()
	return nil
}
