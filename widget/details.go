package widget

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// section is one table of the Inspect panel: a title and rows of name and value.
type section struct {
	Title string      `json:"title"`
	Rows  [][2]string `json:"rows"`
}

// details is what Inspect shows: the session, what was checked, and the claims of the ID
// token. It is made here, from what the kernel holds; no token goes to the page, nor to
// any other site.
func (a *Auth) details() []section {
	a.mu.Lock()
	defer a.mu.Unlock()
	session := section{Title: "Session", Rows: [][2]string{
		{"provider", a.config.Name},
		{"client id", a.config.ClientID},
		{"response type", string(a.config.ResponseType)},
		{"scopes asked for", strings.Join(a.config.Scopes, " ")},
	}}
	if a.answers.ignored > 0 {
		session.Rows = append(session.Rows, [2]string{"answers ignored", strconv.Itoa(a.answers.ignored)})
	}
	if a.tokens == nil {
		return []section{session}
	}
	session.Rows = append(session.Rows, [2]string{"scopes granted", strings.Join(a.tokens.Scopes, " ")})
	if !a.tokens.Expiry.IsZero() {
		session.Rows = append(session.Rows, [2]string{"expires at", a.tokens.Expiry.Format(time.RFC3339)})
	}
	checks := section{Title: "Checks", Rows: [][2]string{}}
	for _, c := range a.tokens.Report {
		text := c.Text
		if c.OK {
			text = "✓ " + text
		}
		checks.Rows = append(checks.Rows, [2]string{c.Name, text})
	}
	sections := []section{session, checks}
	if a.tokens.Verified {
		sections = append(sections, section{Title: "ID token claims", Rows: claimRows(a.tokens.Claims)})
	}
	if a.opener != nil {
		sections = append(sections, a.userData())
	}
	return sections
}

// claimRows renders claims in the order of their names. Times are also shown as dates
// (RFC 7519 section 2, NumericDate).
func claimRows(claims map[string]any) [][2]string {
	rows := make([][2]string, 0, len(claims))
	for name, value := range claims {
		rows = append(rows, [2]string{name, claimText(name, value)})
	}
	slices.SortFunc(rows, func(x, y [2]string) int { return strings.Compare(x[0], y[0]) })
	return rows
}

func claimText(name string, value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		text := fmt.Sprint(json.Number(strings.TrimSuffix(fmt.Sprintf("%.3f", v), ".000")))
		if slices.Contains([]string{"exp", "iat", "nbf", "auth_time", "updated_at"}, name) {
			return text + " (" + time.Unix(int64(v), 0).UTC().Format(time.RFC3339) + ")"
		}
		return text
	default:
		text, err := json.Marshal(value)
		if err != nil {
			return ""
		}
		return string(text)
	}
}
