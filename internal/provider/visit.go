package provider

import (
	"context"
	"errors"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// visit is what one request passes to and from the callbacks that go-oidc calls during it. It travels in the request's
// context because go-oidc hands nothing else through.
type visit struct {
	redirectURI string // the redirect URI this request may use
	hint        string // subject of a verified id_token_hint
	resumed     bool   // a form was sent
	accessOnly  bool   // only access tokens count: go-oidc's userinfo takes refresh tokens too

	scope string // set by the login policy: the scopes granted
	cause string // set by the error handler: why the request was refused
}

type visitKey struct{}

func withVisit(ctx context.Context, v *visit) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

// visitOf returns the visit of ctx, or an empty one.
func visitOf(ctx context.Context) *visit {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{}
}

// cause is the reason inside an error of go-oidc, whose public description often says no more than "invalid request".
func cause(err error) string {
	text := err.Error()
	var e goidc.Error
	if errors.As(err, &e) {
		text = e.Description
		if inner := e.Unwrap(); inner != nil {
			text = inner.Error()
		}
	}
	// RFC 6749 section 4.1.2.1 limits error_description to these characters.
	return strings.Map(func(c rune) rune {
		if c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			return '\''
		}
		return c
	}, text)
}
