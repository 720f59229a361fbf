package kernel_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/comm"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// syncBuffer is a log that is read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	strings.Builder
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Builder.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Builder.String()
}

// The kernel's own log, at its most talkative: panics in cells with the token,
// with a value that holds it, and in a widget's handler.
func TestTheLogHasNoSecret(t *testing.T) {
	for name, handler := range map[string]func(*syncBuffer) slog.Handler{
		"text": func(b *syncBuffer) slog.Handler {
			return slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug})
		},
		"JSON": func(b *syncBuffer) slog.Handler {
			return slog.NewJSONHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug})
		},
	} {
		t.Run("E76 "+name, func(t *testing.T) {
			var out syncBuffer
			f := &fake{cells: cells{
				"hide":  func(kernel.Cell) (*display.Data, error) { hide(token); return nil, nil },
				"panic": talkative["panic"],
				"panic with a struct": func(kernel.Cell) (*display.Data, error) {
					panic(struct{ A, B any }{1, []string{token}})
				},
				"register": func(kernel.Cell) (*display.Data, error) {
					comm.Active().Register("bad", func(*comm.Comm, comm.Message) error { panic(fmt.Errorf("with %s", token)) })
					return nil, nil
				},
			}}
			c := startWith(t, f, func(o *kernel.Options) { o.Logger = slog.New(handler(&out)).With("kernel", "one").WithGroup("g") })
			for _, code := range []string{"hide", "panic", "panic with a struct", "register"} {
				c.Execute(code)
			}
			c.Send("shell", "comm_open", json.RawMessage(`{"comm_id":"x","target_name":"bad","data":{}}`)).Idle()
			got := out.String()
			if n := strings.Count(got, shown); n < 3 || strings.Contains(got, "canary") {
				t.Errorf("%d times hidden, want 3, in:\n%s", n, got)
			}
		})
	}
}
