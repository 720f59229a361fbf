package provider

import "slices"

// scope is a scope with what the consent page says about it.
type scope struct{ ID, Words string }

var knownScopes = []scope{
	{"openid", "Know that it is you who signs in"},
	{"profile", "See your name"},
	{"email", "See your e-mail address"},
	{"mail", "See your e-mail address"},
	{"offline_access", "Stay signed in after you have closed the notebook's page"},
	{"api.read", "Read your data in the demo API"},
	{"api.write", "Change your data in the demo API"},
	{"api.demo.v1", "Use version 1 of the demo API"},
}

// scopeIDs returns the scopes that are accepted.
func (i *issuer) scopeIDs() []string {
	var ids []string
	for _, s := range slices.Concat(knownScopes, i.scopes) {
		ids = append(ids, s.ID)
	}
	return append(ids, i.p.options.Scopes...)
}

// inWords describes scopes for the consent page.
func (i *issuer) inWords(ids []string) []scope {
	known := slices.Concat(knownScopes, i.scopes)
	var out []scope
	for _, id := range ids {
		n := slices.IndexFunc(known, func(s scope) bool { return s.ID == id })
		if n < 0 {
			out = append(out, scope{id, "Use what it calls " + id})
			continue
		}
		out = append(out, known[n])
	}
	return out
}
