package params_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func sprint(v any) string { return fmt.Sprintf("%v %+v %#v %s %q", v, v, v, v, v) }

// The authorization request of each provider, with randomness fixed.
func TestAuthorizeURL(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			g := s.start(t)
			golden(t, filepath.Join("testdata", "authorize", s.name+".golden"), g.begin(g.client(resolve(t, s.source(t)))).URL())
		})
	}
	t.Run("sgconnect", func(t *testing.T) {
		p := baseline(t)
		cfg := resolve(t, p)
		cfg.DiscoveryURLs = nil // SG Connect's metadata are optional
		g := &stage{t: t}
		golden(t, filepath.Join("testdata", "authorize", "sgconnect.golden"), g.begin(flow.New(cfg, flow.Options{Rand: repeat(7)})).URL())
	})
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got+"\n" != string(want) {
		t.Errorf("the authorization request is\n%s\nand %s has\n%s", got, path, want)
	}
}
