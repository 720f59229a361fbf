package widget

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/sgid"
)

// newOpener makes what opens userinfo that the provider encrypts for this client; nil
// where there is no private key for it.
func newOpener(c *params.Config) (*sgid.Client, error) {
	if c.PrivateKey.IsZero() {
		return nil, nil
	}
	opener, err := sgid.NewClient(sgid.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret, PrivateKey: c.PrivateKey,
		Hostname: strings.TrimSuffix(c.Issuer, "/v2"),
	})
	var fault *sgid.Error
	switch {
	case errors.Is(err, sgid.ErrPrivateKey) && errors.As(err, &fault):
		return nil, &params.Error{Code: params.CodePrivateKey, Field: "PrivateKey", Message: fault.Reason,
			Next: "copy it again, whole, from where you got the client id"}
	case errors.As(err, &fault):
		return nil, &params.Error{Code: fault.Kind, Message: fault.Reason, Next: "correct the params"}
	}
	return opener, err
}

// UserInfo returns what the provider's userinfo endpoint says of who is signed in
// (OpenID Connect Core 5.3). Its sub is the one of the ID token, or the answer is refused.
//
// Where the provider encrypts it for this client, as sgID does, the result is sub and
// data, a map[string]any of the fields shared, decrypted, each a text, a list or an
// object. The error is an [*Error] with a *sgid.Error in it if that fails.
func (a *Auth) UserInfo(ctx context.Context) (map[string]any, error) {
	if _, err := a.Token(ctx); err != nil {
		return nil, err
	}
	a.mu.Lock()
	tokens := a.tokens
	a.mu.Unlock()
	if tokens == nil {
		return nil, signInRequired()
	}
	info, err := a.client.UserInfo(ctx, tokens)
	if err != nil {
		return nil, explain(err, a.config.Name)
	}
	if a.opener == nil {
		return info, nil
	}
	return a.openUserData(tokens, info)
}

// openUserData decrypts userinfo and remembers the names of its fields for Inspect: the
// names only, the data are the caller's.
func (a *Auth) openUserData(tokens *flow.Tokens, info map[string]any) (map[string]any, error) {
	sub, _ := tokens.Claims["sub"].(string) // claims are those of a verified ID token
	opened, err := a.opener.DecryptUserInfo(sub, info)
	if err != nil {
		return nil, explainUserData(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tokens == tokens {
		a.fields = slices.Sorted(maps.Keys(opened.Data))
	}
	return map[string]any{"sub": opened.Sub, "data": opened.Parsed()}, nil
}

func explainUserData(err error) *Error {
	failure := &Error{Code: "user_data", Err: errors.Join(ErrRejected, err),
		Message: "The user data could not be read.", Next: "Click Sign in to start again."}
	var fault *sgid.Error
	if errors.As(err, &fault) {
		failure.Code, failure.Message = fault.Kind, asSentence(fault.Reason)
	}
	if errors.Is(err, sgid.ErrBlockKey) {
		failure.Next = "Check that the private key is the one of this client id."
	}
	return failure
}

// userData is the section of Inspect on encrypted userinfo. It names the fields and
// shows none: the page gets no personal data. The caller holds mu.
func (a *Auth) userData() section {
	available := "known once a.UserInfo has read it"
	if a.fields != nil {
		available = orDash(strings.Join(a.fields, ", "))
	}
	return section{Title: "User data", Rows: [][2]string{{"available", available}}}
}
