package httptransport_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/davecgh/go-spew/spew"

	"github.com/ipyauth/ipyauth/internal/httptransport"
)

// TestNothingUsesTheDefaultTransport: where cells run, no request of ours goes by what cells
// can change. cmd's doctor runs none; the key sets are always given a client.
func TestNothingUsesTheDefaultTransport(t *testing.T) {
	t.Attr("attack", "D62")
	read := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "node_modules" || name == "cmd" || strings.HasSuffix(name, "test") || strings.HasPrefix(name, ".") && name != ".."):
			if path == "../.." {
				return nil
			}
			return filepath.SkipDir
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_gen.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		read++
		for _, line := range strings.Split(string(text), "\n") {
			code, _, _ := strings.Cut(line, "//")
			if strings.Contains(code, "http.DefaultTransport") || strings.Contains(code, "http.Get(") || strings.Contains(code, "http.Post") {
				t.Errorf("%s: %s", path, strings.TrimSpace(line))
			}
		}
		return err
	})
	if err != nil || read < 100 {
		t.Errorf("read %d files: %v", read, err)
	}
}

// TestPrintersSeeNothing: the connection that is kept has what came last in its buffer.
func TestPrintersSeeNothing(t *testing.T) {
	t.Attr("attack", "E73")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "canary") }))
	defer server.Close()
	plain := &http.Transport{}
	for name, transport := range map[string]http.RoundTripper{"the baseline": plain, "hidden": httptransport.Hide(plain), "new": httptransport.New()} {
		resp, err := (&http.Client{Transport: transport}).Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if seen := strings.Contains(spew.Sdump(transport), "idleConn"); seen != (name == "the baseline") {
			t.Errorf("%s: a printer sees the connections: %v", name, seen)
		}
	}
}

// TestCloseIdleConnections closes the connections of what is hidden.
func TestCloseIdleConnections(t *testing.T) {
	t.Attr("attack", "E81")
	closed := false
	o := httptransport.Hide(closer{func() { closed = true }})
	(&http.Client{Transport: o}).CloseIdleConnections()
	if !closed {
		t.Error("they are open")
	}
}

type closer struct{ close func() }

func (c closer) RoundTrip(*http.Request) (*http.Response, error) { return nil, http.ErrNotSupported }
func (c closer) CloseIdleConnections()                           { c.close() }
