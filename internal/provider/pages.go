package provider

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
)

var (
	//go:embed pages.html
	pagesHTML string
	//go:embed pages.css
	pagesCSS string

	pages = template.Must(template.New("").Parse(pagesHTML))

	// pagePolicy allows the one style sheet and nothing else. It has no form-action: browsers apply that to the
	// redirect after a form too, and its sources can't name [::1].
	pagePolicy = func() string {
		sum := sha256.Sum256([]byte(pagesCSS))
		return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
	}()
)

// view is what the pages show; each uses the fields it needs.
type view struct {
	Title  string
	Brand  string // the issuer's name
	Lead   string
	Action string // where the form goes
	Target string // host of the redirect URI
	Typed  string // the name typed before, or the person's name
	Alert  string // what was wrong with the form
	Scopes []scope
	Rows   []row
	Style  template.CSS
}

// row is one line of a note: what, and its values.
type row struct {
	Name   string
	Values []string
}

func (p *Provider) render(w http.ResponseWriter, status int, page string, v view) {
	v.Style = template.CSS(pagesCSS)
	if v.Brand == "" {
		v.Brand = mainShape.name
	}
	var body bytes.Buffer
	if err := pages.ExecuteTemplate(&body, page, v); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", pagePolicy)
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // a failed write means that the browser has gone
}
