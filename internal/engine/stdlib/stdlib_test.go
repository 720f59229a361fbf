package stdlib_test

import (
	"errors"
	"fmt"
	"go/types"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
)

func TestPackage(t *testing.T) {
	p := stdlib.Lookup("io")
	for _, row := range []struct {
		name                  string
		asFunc, asVar, asType string
	}{
		{"Copy", "func(io.Writer, io.Reader) (int64, error)", "", ""},
		{"EOF", "", "*error", ""},
		{"Reader", "", "", "io.Reader"},
		{"SeekStart", "", "", ""},
		{"copyBuffer", "", "", ""},
		{"", "", "", ""},
	} {
		if got := typeName(p.Func(row.name)); got != row.asFunc {
			t.Errorf("Func(%q) is %s, want %s", row.name, got, row.asFunc)
		}
		if got := typeName(p.Var(row.name)); got != row.asVar {
			t.Errorf("Var(%q) is %s, want %s", row.name, got, row.asVar)
		}
		got := ""
		if c := p.Type(row.name); c != nil {
			got = c.String()
		}
		if got != row.asType {
			t.Errorf("Type(%q) is %s, want %s", row.name, got, row.asType)
		}
	}
	if p.Var("EOF").Interface() != any(&io.EOF) {
		t.Error("Var(EOF) is not the variable itself")
	}
}

func typeName(v reflect.Value) string {
	if !v.IsValid() {
		return ""
	}
	return v.Type().String()
}

func TestLookupKnowsNoOthers(t *testing.T) {
	for _, path := range []string{"", "nosuch", "plugin", "cmd/go", "golang.org/x/tools/go/packages", "ipyauth/nosuch"} {
		if p := stdlib.Lookup(path); p != nil {
			t.Errorf("Lookup(%q) = %s", path, p.Path)
		}
		if _, err := stdlib.Import(path); !errors.Is(err, stdlib.ErrUnknown) {
			t.Errorf("Import(%q): %v, want ErrUnknown", path, err)
		}
	}
}

func TestShortPaths(t *testing.T) {
	for short, path := range map[string]string{
		"ipyauth": "github.com/ipyauth/ipyauth", "display": "github.com/ipyauth/ipyauth/kernel/display",
		"github.com/gopherdata/gophernotes": "github.com/ipyauth/ipyauth/kernel/display", "fmt": "fmt",
	} {
		if got := stdlib.Resolve(short); got != path {
			t.Errorf("Resolve(%q) = %q, want %q", short, got, path)
		}
		a, errA := stdlib.Import(short)
		b, errB := stdlib.Import(path)
		if a != b || errA != nil || errB != nil {
			t.Errorf("Import(%q) is not Import(%q): %v, %v", short, path, errA, errB)
		}
		if stdlib.Lookup(short) != stdlib.Lookup(path) {
			t.Errorf("Lookup(%q) is not Lookup(%q)", short, path)
		}
	}
}

func TestNames(t *testing.T) {
	paths := stdlib.Paths()
	if !slices.IsSorted(paths) || len(paths) < 175 {
		t.Errorf("Paths() has %d, sorted: %v", len(paths), slices.IsSorted(paths))
	}
	for _, path := range []string{"fmt", "unsafe", "net/http/httptest", "testing/fstest", "testing/iotest", "ipyauth", "ipyauth/params", "display", "golang.org/x/oauth2"} {
		if !slices.Contains(paths, path) {
			t.Errorf("Paths() lacks %s", path)
		}
	}
	for name, want := range map[string][]string{
		"rand":     {"crypto/rand", "math/rand", "math/rand/v2"},
		"template": {"html/template", "text/template"},
		"params":   {"github.com/ipyauth/ipyauth/params"},
		"http":     {"net/http"},
		"nosuch":   nil,
	} {
		if got := stdlib.ByName(name); !slices.Equal(got, want) {
			t.Errorf("ByName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestUnsafe(t *testing.T) {
	p, err := stdlib.Import("unsafe")
	if p != types.Unsafe || err != nil {
		t.Errorf("Import(unsafe) = %v, %v", p, err)
	}
	if stdlib.Lookup("unsafe") == nil {
		t.Error("Lookup(unsafe) is nil")
	}
}

func TestInstance(t *testing.T) {
	numbers := []int{3, 1, 2}
	stdlib.Instance("slices.Sort[[]int,int]").Call([]reflect.Value{reflect.ValueOf(numbers)})
	if want := []int{1, 2, 3}; !slices.Equal(numbers, want) {
		t.Errorf("sorted %v, want %v", numbers, want)
	}
	for _, name := range []string{"", "slices", "slices.Sort", "slices.Sort[[]nosuch,nosuch]", "nosuch.F[int]", "[int]", "io.Copy"} {
		if f := stdlib.Instance(name); f.IsValid() {
			t.Errorf("Instance(%q) is %v", name, f.Type())
		}
	}
	if f := stdlib.Lookup("slices").Func("Sort[[]int,int]"); f.IsValid() {
		t.Error("Func knows an instance, want Instance alone to")
	}
}

func TestDoc(t *testing.T) {
	for _, row := range []struct{ path, name, prefix string }{
		{"fmt", "", "Package fmt implements formatted I/O"},
		{"fmt", "Println", "Println formats using the default formats"},
		{"net/http", "Client", "A Client is an HTTP client"},
		{"net/http", "Client.Do", "Do sends an HTTP request"},
		{"net/http", "Client.Timeout", "Timeout specifies a time limit"},
		{"io", "Reader.Read", ""},
		{"os", "FileInfo", "A FileInfo describes a file"},
		{"os", "FileInfo.Name", "base name of the file"},
		{"sync/atomic", "Pointer.Load", "Load atomically loads"},
		{"ipyauth", "", "Package ipyauth signs you in"},
		{"ipyauth", "Auth", "Auth is one sign-in"},
		{"ipyauth", "ErrCanceled", "ErrCanceled: the sign-in was canceled"},
		{"display", "", "Package display"},
		{"fmt", "nosuch", ""},
		{"nosuch", "X", ""},
	} {
		got := stdlib.Doc(row.path, row.name)
		if !strings.HasPrefix(got, row.prefix) || row.prefix == "" && got != "" {
			t.Errorf("Doc(%q, %q) = %.60q, want %q...", row.path, row.name, got, row.prefix)
		}
	}
}

// debugHandlers are the packages that give http.DefaultServeMux handlers, with one.
var debugHandlers = map[string]string{"expvar": "/debug/vars", "net/http/pprof": "/debug/pprof/cmdline"}

func debugStatus(path string) int {
	w := httptest.NewRecorder()
	http.DefaultServeMux.ServeHTTP(w, httptest.NewRequest("GET", debugHandlers[path], nil))
	return w.Code
}

// statusAtStart is what the linked packages answer before any test.
var statusAtStart = map[string]int{"expvar": debugStatus("expvar"), "net/http/pprof": debugStatus("net/http/pprof")}

// Linking net/http/pprof and expvar shows nothing; importing them in a cell does.
func TestDebugHandlersWaitForTheImport(t *testing.T) {
	for path := range debugHandlers {
		if got := statusAtStart[path]; got != http.StatusNotFound {
			t.Errorf("%s before the import: %d, want 404", path, got)
		}
		stdlib.Lookup(path).Init()
		stdlib.Lookup(path).Init()
		if got := debugStatus(path); got != http.StatusOK {
			t.Errorf("%s after the import: %d, want 200", path, got)
		}
	}
}

func ExampleLookup() {
	stdlib.Lookup("fmt").Func("Println").Call([]reflect.Value{reflect.ValueOf("hello")})
	fmt.Println(stdlib.Lookup("time").Type("Duration"))
	// Output:
	// hello
	// time.Duration
}
