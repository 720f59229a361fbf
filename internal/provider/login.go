package provider

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// Keys of what a sign-in keeps between its pages, and its grant for the claims.
const (
	keyTyped    = "typed"     // string: the name as typed
	keyAuthTime = "auth_time" // int: when the password was typed
	keyACR      = "acr"       // string
	keyHint     = "hint"      // string: subject of the id_token_hint
	keyAllowed  = "allowed"   // bool: consent was given on this sign-in's page
)

// begin prepares a sign-in before its first page.
func (i *issuer) begin(r *http.Request, as *goidc.AuthnSession, _ *goidc.Client) bool {
	acr, _, _ := strings.Cut(as.ACRValues, " ")
	if acr == "" {
		acr = i.defaultACR
	}
	as.Store[keyACR] = acr
	as.Store[keyHint] = visitOf(r.Context()).hint
	return true
}

// login is the policy go-oidc asks at the first request and after each form. What was sent decides what happens, not
// the page it should have come from: people use the back button.
func (i *issuer) login(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession, _ *goidc.Client) (goidc.Status, error) {
	prompts := strings.Fields(string(as.Prompt))
	silent := slices.Contains(prompts, "none")
	switch {
	case i.p.options.Deny:
		return deny(goidc.ErrorCodeAccessDenied, "this provider is set to refuse everything")
	case silent && len(prompts) > 1:
		// OpenID Connect Core 3.1.2.1.
		return deny(goidc.ErrorCodeInvalidRequest, "prompt=none can't be combined with other values")
	}
	if r.Method == http.MethodPost {
		if status, err, done := i.submitted(w, r, as); done {
			return status, err
		}
	}
	if as.Subject == "" && !i.recognise(r, as, prompts) {
		if silent {
			return deny(goidc.ErrorCodeLoginRequired, "nobody is signed in here")
		}
		return i.showLogin(w, as, as.LoginHint, "")
	}
	scopes := grantable(as)
	typed, _ := as.Store[keyTyped].(string)
	if as.Store[keyAllowed] != true && (slices.Contains(prompts, "consent") || !i.p.people.allowed(i.id, typed, scopes)) {
		if silent {
			return deny("consent_required", "the person has not allowed this yet")
		}
		return i.showConsent(w, as, typed, scopes)
	}
	as.GrantedScopes = strings.Join(scopes, " ")
	visitOf(r.Context()).scope = as.GrantedScopes
	return goidc.StatusSuccess, nil
}

// submitted handles a form; done is false when the sign-in goes on to its next page.
func (i *issuer) submitted(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession) (status goidc.Status, err error, done bool) {
	switch form := r.PostForm; {
	case form.Has("cancel") || form.Get("ok") == "no":
		status, err = deny(goidc.ErrorCodeAccessDenied, "the person did not allow it")
		return status, err, true
	case form.Has("switch"):
		as.Subject = ""
		status, err = i.showLogin(w, as, "", "")
		return status, err, true
	case form.Has("username"):
		if !i.wait(r.Context()) {
			return goidc.StatusPending, nil, true
		}
		typed := strings.TrimSpace(form.Get("username"))
		if _, ok := newPerson(typed); !ok || form.Get("password") == "" {
			status, err = i.showLogin(w, as, typed, "Type a name of up to 64 letters and a password. Any will do, but not none.")
			return status, err, true
		}
		i.accept(as, i.p.start(w, typed))
	case form.Get("ok") == "yes" && as.Subject != "":
		typed, _ := as.Store[keyTyped].(string)
		i.p.people.allow(i.id, typed, grantable(as))
		as.Store[keyAllowed] = true
	}
	return "", nil, false
}

// recognise signs a returning person in, unless the request wants a fresh login (OpenID Connect Core 3.1.2.1: prompt,
// max_age, id_token_hint).
func (i *issuer) recognise(r *http.Request, as *goidc.AuthnSession, prompts []string) bool {
	s, ok := i.p.current(r)
	p, known := newPerson(s.typed)
	if !ok || !known || slices.Contains(prompts, "login") || slices.Contains(prompts, "select_account") {
		return false
	}
	if as.MaxAuthnAgeSecs != nil && time.Since(s.at) > time.Duration(*as.MaxAuthnAgeSecs)*time.Second {
		return false
	}
	if hint, _ := as.Store[keyHint].(string); hint != "" && hint != i.subject(p) {
		return false
	}
	i.accept(as, s)
	return true
}

func (i *issuer) accept(as *goidc.AuthnSession, s session) {
	p, _ := newPerson(s.typed)
	as.Subject = i.subject(p)
	as.Store[keyTyped] = s.typed
	as.Store[keyAuthTime] = int(s.at.Unix())
}

// grantable is what was asked for, without offline_access where no code is returned (OpenID Connect Core 11).
func grantable(as *goidc.AuthnSession) []string {
	scopes := strings.Fields(as.Scopes)
	if !as.ResponseType.Contains(goidc.ResponseTypeCode) {
		scopes = slices.DeleteFunc(scopes, func(s string) bool { return s == "offline_access" })
	}
	return scopes
}

// wait is Options.LoginDelay; it reports false when the browser went away meanwhile.
func (i *issuer) wait(ctx context.Context) bool {
	t := time.NewTimer(i.p.options.LoginDelay)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func deny(code goidc.ErrorCode, why string) (goidc.Status, error) {
	return goidc.StatusFailure, goidc.NewError(code, why)
}

func (i *issuer) showLogin(w http.ResponseWriter, as *goidc.AuthnSession, typed, alert string) (goidc.Status, error) {
	i.p.render(w, http.StatusOK, "login", view{
		Title: "Sign in", Brand: i.name, Action: i.path + i.authorization + "/" + as.ID, Target: host(as.RedirectURI),
		Typed: typed, Alert: alert,
	})
	return goidc.StatusPending, nil
}

func (i *issuer) showConsent(w http.ResponseWriter, as *goidc.AuthnSession, typed string, scopes []string) (goidc.Status, error) {
	p, _ := newPerson(typed)
	i.p.render(w, http.StatusOK, "consent", view{
		Title: "Allow access?", Brand: i.name, Action: i.path + i.authorization + "/" + as.ID, Target: host(as.RedirectURI),
		Typed: p.name, Scopes: i.inWords(scopes),
	})
	return goidc.StatusPending, nil
}

func host(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return uri
	}
	return u.Host
}
