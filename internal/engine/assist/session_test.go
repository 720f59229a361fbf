package assist_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/internal/engine/assist"
	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/source"
	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// session is cells that were checked and committed, and an assistant for them.
type session struct {
	assist.Assistant
	sources source.Sources
	count   int
}

func newSession(t testing.TB, cells ...string) *session {
	t.Helper()
	s := &session{}
	s.Session = check.New(stdlib.Import, check.Options{Candidates: stdlib.ByName})
	for _, code := range cells {
		s.run(t, code)
	}
	return s
}

func (s *session) run(t testing.TB, code string) {
	t.Helper()
	if errs := s.try(code); len(errs) > 0 {
		t.Fatalf("%s\n%v", code, errs)
	}
}

func (s *session) try(code string) []source.Error {
	s.count++
	c, errs := s.sources.Parse(fmt.Sprintf("cell %d", s.count), code)
	if len(errs) > 0 {
		return errs
	}
	u, errs := s.Session.Check(c)
	if len(errs) > 0 {
		return errs
	}
	u.Commit()
	s.Committed(u)
	return nil
}

// cursor takes the bar out of code and is where it was, in code points.
func cursor(t testing.TB, code string) (string, int) {
	t.Helper()
	before, after, ok := strings.Cut(code, "|")
	if !ok {
		t.Fatalf("no cursor in %q", code)
	}
	return before + after, utf8.RuneCountInString(before)
}

// complete asks for completions at the bar in code.
func (s *session) complete(t testing.TB, code string) kernel.Completion {
	t.Helper()
	return s.Complete(cursor(t, code))
}

// inspect is the plain text about the name at the bar in code, "" for none.
func (s *session) inspect(t testing.TB, code string, detail int) string {
	t.Helper()
	text, at := cursor(t, code)
	data, found := s.Inspect(text, at, detail)
	if !found {
		return ""
	}
	return data.Data[display.MIMETypeText].(string)
}

// texts are the completions' texts.
func texts(c kernel.Completion) string {
	var all []string
	for _, i := range c.Items {
		all = append(all, i.Text)
	}
	return strings.Join(all, " ")
}

// setup is what most tests have in their session.
const setup = `import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"ipyauth"
)
type Inner struct { Deep int; Other *Inner2 }
type Inner2 struct { X, Y int }
func (i Inner2) Len() int { return 0 }
type Thing struct { Inner; Name string; hidden int; Buf *bytes.Buffer }
func (t *Thing) Change(to string) (n int, err error) { calls++; return 0, nil }
func (t Thing) Get() Inner2 { calls++; return Inner2{} }
var calls = 0
var thing Thing
var ptr = &thing
var list []Thing
var table map[string]*Thing
func mk(n int) *Thing { calls++; return nil }
func two() (Thing, error) { calls++; return thing, nil }
var face interface{ Do(int) string; Undo() }
const Answer = 42
var request *http.Request
var builder strings.Builder
var fn = mk
var ch chan Thing
type Pair[K comparable, V any] struct { Key K; Value V }
func (p Pair[K, V]) Swap(v V) (K, error) { return p.Key, nil }
func Map[T, U any](s []T, f func(T) U) []U { return nil }
var pair Pair[string, Inner2]`
