package params_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/ipyauth/ipyauth/params"
)

func TestError(t *testing.T) {
	e := &params.Error{Code: params.CodeScope, Field: "Scope", Line: 3, Message: "Scope is wrong.", Next: "correct it"}
	if got := e.Error(); got != "Scope is wrong: correct it" {
		t.Errorf("Error() = %q", got)
	}
	if got := (&params.Error{Message: "wrong"}).Error(); got != "wrong" {
		t.Errorf("Error() without a next step = %q", got)
	}
	rows := []struct {
		name   string
		target error
		want   bool
	}{
		{"same code", &params.Error{Code: params.CodeScope}, true},
		{"same code and field", &params.Error{Code: params.CodeScope, Field: "Scope"}, true},
		{"same code and line", &params.Error{Code: params.CodeScope, Line: 3}, true},
		{"other code", &params.Error{Code: params.CodeMode}, false},
		{"other field", &params.Error{Code: params.CodeScope, Field: "Mode"}, false},
		{"other line", &params.Error{Code: params.CodeScope, Line: 4}, false},
		{"other type", fs.ErrNotExist, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := errors.Is(fmt.Errorf("new auth: %w", e), row.target); got != row.want {
				t.Errorf("errors.Is = %v; want %v", got, row.want)
			}
		})
	}
}

// Neither the params nor the configuration print the client secret.
func TestSecretIsNotPrinted(t *testing.T) {
	t.Attr("attack", "E73 F85")
	p := baseline(t)
	p.ClientSecret, p.ResponseType = params.NewSecret("canary-secret"), "code"
	c := resolve(t, p)
	if c.ClientSecret.Reveal() != "canary-secret" {
		t.Fatal("the secret is lost")
	}
	for _, v := range []any{p, &p, c, *c, c.Rows, []any{p}} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		for _, printed := range []string{string(data), fmt.Sprintf("%v %+v %#v %s %q", v, v, v, v, v)} {
			if strings.Contains(printed, "canary") {
				t.Errorf("%T prints %s", v, printed)
			}
		}
	}
}

// Resolve may be called again, and by several at once, and gives each its own.
func TestResolveIsRepeatable(t *testing.T) {
	p := baseline(t)
	p.Extra = map[string]string{"prompt": "login"}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			c, err := p.Resolve()
			if err != nil {
				t.Error(err)
				return
			}
			c.Extra["prompt"], c.Scopes[0], c.Rows[0][1] = "none", "changed", "changed"
		})
	}
	wg.Wait()
	c := resolve(t, p)
	if c.Extra["prompt"] != "login" || c.Scopes[0] != "openid" || c.Rows[0][1] != "SG Connect" {
		t.Errorf("a caller changed what others get: %v %v %v", c.Extra, c.Scopes, c.Rows[0])
	}
}
