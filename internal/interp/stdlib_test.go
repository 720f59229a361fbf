package interp_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/interp"
)

// Names that Go has had since gophernotes' table was made.
func TestNewerNames(t *testing.T) {
	for _, tc := range []struct{ name, code, want string }{
		{"errors.Join", "import `errors`\na, b := errors.New(`a`), errors.New(`b`)\nerr := errors.Join(a, b)\nerr.Error() + ` ` + map[bool]string{true: `is b`}[errors.Is(err, b)]", "a\nb is b"},
		{"atomic.Int64", "import `sync/atomic`\nvar n atomic.Int64\nn.Add(2)\nn.CompareAndSwap(2, 5)\nn.Load()", "5"},
		{"atomic.Bool in a struct", "import `sync/atomic`\ntype S struct{ on atomic.Bool }\nvar s S\ns.on.Store(true)\ns.on.Load()", "true"},
		{"strings.CutPrefix", "import `strings`\nstrings.CutPrefix(`abc`, `a`)", "bc true"},
		{"strings.ContainsFunc", "import `strings`\nstrings.ContainsFunc(`abc`, func(r rune) bool { return r == 'b' })", "true"},
		{"strings.SplitSeq", "import `strings`\nout := ``\nstrings.SplitSeq(`a,b`, `,`)(func(s string) bool { out += s; return true })\nout", "ab"},
		{"bytes.Clone", "import `bytes`\nbytes.Clone([]byte(`a`))", "[97]"},
		{"context.WithCancelCause", "import (\n`context`\n`errors`\n)\nctx, cancel := context.WithCancelCause(context.Background())\ncancel(errors.New(`why`))\ncontext.Cause(ctx)", "why"},
		{"context.WithoutCancel", "import `context`\ncontext.WithoutCancel(context.Background()).Err()", ""},
		{"time.DateOnly", "import `time`\ntime.Unix(0, 0).UTC().Format(time.DateOnly)", "1970-01-01"},
		{"log/slog", "import (\n`log/slog`\n`strings`\n)\nvar b strings.Builder\nlogger := slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(g []string, a slog.Attr) slog.Attr { if a.Key == slog.TimeKey { return slog.Attr{} }; return a }}))\nlogger.Info(`hello`, `n`, 1)\nb.String()", "level=INFO msg=hello n=1\n"},
		{"math/rand/v2", "import `math/rand/v2`\nr := rand.New(rand.NewPCG(1, 2))\nr.IntN(1)", "0"},
		{"math/rand and math/rand/v2", "import a `math/rand`\nimport b `math/rand/v2`\na.Intn(1) + b.IntN(1)", "0"},
		{"os.CopyFS is a function", "import `os`\nos.CopyFS != nil", "true"},
		{"fmt.Append", "import `fmt`\nstring(fmt.Append(nil, `a`, 1))", "a1"},
		{"encoding.TextAppender by a cell's type", "import `encoding`\ntype A struct{}\nfunc (a A) AppendText(b []byte) ([]byte, error) { return append(b, 'x'), nil }\nvar e encoding.TextAppender = A{}\nb, _ := e.AppendText(nil)\nstring(b)", "x"},
		{"errors.ErrUnsupported", "import `errors`\nerrors.ErrUnsupported", "unsupported operation"},
		{"http.MaxBytesError", "import `net/http`\n(&http.MaxBytesError{Limit: 3}).Error()", "http: request body too large"},
		{"net/netip", "import `net/netip`\nnetip.MustParseAddr(`127.0.0.1`).Compare(netip.IPv4Unspecified())", "1"},
		{"sync.OnceFunc", "import `sync`\nn := 0\nf := sync.OnceFunc(func() { n++ })\nf()\nf()\nn", "1"},
		{"new method of an old type", "import `time`\ntime.Unix(0, 0).UTC().Compare(time.Now())", "-1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, interp.Options{})
			if got := s.shows(tc.code); got != tc.want {
				t.Errorf("shows %q, want %q", got, tc.want)
			}
		})
	}
}

// Each name of the generated table can be used.
func TestStdlibTable(t *testing.T) {
	values, types := interp.Stdlib()
	s := newSession(t, interp.Options{})
	for path, names := range values {
		var code strings.Builder
		fmt.Fprintf(&code, "import p %q\n", path)
		for _, name := range names {
			fmt.Fprintf(&code, "_ = p.%s\n", name)
		}
		for _, name := range types[path] {
			fmt.Fprintf(&code, "_ = func(*p.%s) {}\n", name)
		}
		s.must(t, code.String())
	}
	if len(values) < 50 {
		t.Errorf("%d packages", len(values))
	}
}

// The functions that end the process are replaced in packages that get newer
// names, too.
func TestGuardsStay(t *testing.T) {
	line := stderr(t)
	s := newSession(t, interp.Options{})
	if got := s.shows("import `os`\n_ = os.CopyFS\nos.Exit(1)"); !strings.HasPrefix(got, "Exit: ") {
		t.Errorf("os.Exit: %s", got)
	}
	s.must(t, "import `context`\nctx, cancel := context.WithCancel(context.Background())\n_ = context.AfterFunc(ctx, func() { panic(`late`) })\ncancel()")
	if got := line(); got != "panic: late (in a goroutine of context.AfterFunc)" {
		t.Errorf("context.AfterFunc: %s", got)
	}
}
