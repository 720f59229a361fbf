package provider

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

const maxName = 64

// person is who signs in, made from what was typed as the name.
type person struct {
	id   string // ASCII, as OpenID Connect Core 2 wants sub to be
	name string
	mail string
}

// newPerson reads a typed name: "ada.lovelace", "Ada Lovelace" and "ada.lovelace@example.test" are all fine.
// It reports false when the name is empty, too long or holds control characters.
func newPerson(typed string) (person, bool) {
	typed = strings.TrimSpace(typed)
	if typed == "" || len(typed) > maxName || !utf8.ValidString(typed) || strings.ContainsFunc(typed, unicode.IsControl) {
		return person{}, false
	}
	local, _, isMail := strings.Cut(typed, "@")
	p := person{id: typed, mail: typed}
	if strings.ContainsFunc(typed, func(c rune) bool { return c <= ' ' || c > '~' }) {
		p.id = url.PathEscape(typed)
	}
	if !isMail {
		p.mail = strings.ToLower(url.PathEscape(strings.ReplaceAll(typed, " ", "."))) + "@example.test"
	}
	words := strings.FieldsFunc(local, func(c rune) bool { return c == ' ' || c == '.' || c == '_' })
	for n, word := range words {
		first, size := utf8.DecodeRuneInString(word)
		words[n] = string(unicode.ToUpper(first)) + word[size:]
	}
	p.name = strings.Join(words, " ")
	if p.name == "" {
		p.name = typed
	}
	return p, true
}

// people remembers who is signed in and what they allowed, for as long as the provider runs.
type people struct {
	mu       sync.Mutex
	sessions table[session]
	consents table[map[string]bool] // issuer and name -> scopes
}

type session struct {
	typed string
	at    time.Time
}

func newPeople() *people {
	return &people{sessions: newTable[session](), consents: newTable[map[string]bool]()}
}

func (p *people) allow(issuer, typed string, scopes []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := issuer + " " + typed
	allowed, ok := p.consents.get(key)
	if !ok {
		allowed = map[string]bool{}
		p.consents.put(key, allowed)
	}
	for _, s := range scopes {
		allowed[s] = true
	}
}

func (p *people) allowed(issuer, typed string, scopes []string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	allowed, ok := p.consents.get(issuer + " " + typed)
	for _, s := range scopes {
		ok = ok && allowed[s]
	}
	return ok
}

// current returns the session of the browser that sent r.
func (p *Provider) current(r *http.Request) (session, bool) {
	c, err := r.Cookie(p.cookie)
	if err != nil {
		return session{}, false
	}
	p.people.mu.Lock()
	defer p.people.mu.Unlock()
	return p.people.sessions.get(c.Value)
}

// start signs typed in.
func (p *Provider) start(w http.ResponseWriter, typed string) session {
	s, id := session{typed: typed, at: time.Now()}, rand.Text()
	p.people.mu.Lock()
	p.people.sessions.put(id, s)
	p.people.mu.Unlock()
	p.setCookie(w, id, 0)
	return s
}

// end signs the browser that sent r out.
func (p *Provider) end(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(p.cookie); err == nil {
		p.people.mu.Lock()
		p.people.sessions.put(c.Value, session{})
		p.people.mu.Unlock()
	}
	p.setCookie(w, "", -1)
}

func (p *Provider) setCookie(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: p.cookie, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: p.secure, SameSite: http.SameSiteLaxMode,
	})
}

// newUUID is a version 4 UUID (RFC 9562 section 5.4), the form of SG Connect's access tokens.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
