package kernel

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// awkward is a secret that every encoding changes.
const awkward = "s3cr3t \"+/<&>'\\= é%end"

func maskOf(secrets ...string) *mask {
	h := newHidden()
	for _, s := range secrets {
		h.hide(s, "key", "")
	}
	return h.mask()
}

// Each row prints the secret by one encoding.
func TestEncodedSecretsAreHidden(t *testing.T) {
	t.Attr("attack", "E74")
	asJSON := func(escapeHTML bool) string {
		var buf strings.Builder
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(escapeHTML)
		if err := enc.Encode(map[string]string{"k": awkward}); err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(buf.String())
	}
	basic := func(user string) string {
		r, err := http.NewRequest(http.MethodGet, "https://example.com", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(user, awkward)
		return r.Header.Get("Authorization")
	}
	var page strings.Builder
	if err := template.Must(template.New("").Parse("<b>{{.}}</b>")).Execute(&page, awkward); err != nil {
		t.Fatal(err)
	}
	rows := []struct{ name, text, want string }{
		{"as it is", "a" + awkward + "b", "a[key hidden]b"},
		{"twice", awkward + awkward, "[key hidden][key hidden]"},
		{"JSON", asJSON(false), `{"k":"[key hidden]"}`},
		{"JSON for HTML", asJSON(true), `{"k":"[key hidden]"}`},
		{"JSON with escaped slashes", strings.ReplaceAll(asJSON(false), "/", `\/`), `{"k":"[key hidden]"}`},
		{"%q", fmt.Sprintf("%q", awkward), `"[key hidden]"`},
		{"%+q", fmt.Sprintf("%q", []string{awkward}), `["[key hidden]"]`},
		{"%x", fmt.Sprintf("%x", awkward), "[key hidden]"},
		{"%X", fmt.Sprintf("%X", awkward), "[key hidden]"},
		{"hex dump of a line", hex.EncodeToString([]byte("ab" + awkward)), "6162[key hidden]"},
		{"bytes", fmt.Sprint([]byte(awkward)), "[[key hidden]]"},
		{"%#v of bytes", fmt.Sprintf("%#v", []byte(awkward)), "[]byte{[key hidden]}"},
		{"query", url.Values{"k": {awkward}}.Encode(), "k=[key hidden]"},
		{"path", url.PathEscape(awkward), "[key hidden]"},
		{"query, small letters", strings.ToLower(url.QueryEscape(awkward)), "[key hidden]"},
		{"HTML", template.HTMLEscapeString(awkward), "[key hidden]"},
		{"html/template", page.String(), "<b>[key hidden]</b>"},
		{"base64", base64.StdEncoding.EncodeToString([]byte(awkward)), "[key hidden]"},
		{"base64 for URLs", base64.URLEncoding.EncodeToString([]byte(awkward)), "[key hidden]"},
		{"base64 without padding", base64.RawURLEncoding.EncodeToString([]byte(awkward)), "[key hidden]"},
		{"basic authentication, 0", basic("id"), "Basic aWQ6[key hidden]"},
		{"basic authentication, 1", basic("id3"), "Basic aWQzOn[key hidden]"},
		{"basic authentication, 2", basic("idid"), "Basic aWRpZDp[key hidden]A=="},
		{"another text", awkward[:len(awkward)-1], awkward[:len(awkward)-1]},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got, _ := maskOf(awkward).text([]byte(row.text))
			if string(got) != row.want {
				t.Errorf("%q is shown as %q, want %q", row.text, got, row.want)
			}
		})
	}
}

func TestShortSecretsAreNotHidden(t *testing.T) {
	for secret, want := range map[string]bool{"": false, "1234567": false, "12345678": true} {
		if got := maskOf(secret) != nil; got != want {
			t.Errorf("%q is hidden: %v, want %v", secret, got, want)
		}
	}
}

// In JSON a string is read before it is searched, whatever escapes it has; the
// keys of the object itself stay, as a secret that is called so must not break
// the protocol.
func TestSecretsInJSONAreHidden(t *testing.T) {
	const secret = "traceback/é"
	for _, row := range []struct{ name, object, want string }{
		{"value", `{"a":"x traceback/é y"}`, `{"a":"x [key hidden] y"}`},
		{"escaped", `{"a":"\u0074raceback\/\u00e9\n"}`, `{"a":"[key hidden]\n"}`},
		{"in a list in an object", `{"a":[1,{"b":["traceback/é"]}]}`, `{"a":[1,{"b":["[key hidden]"]}]}`},
		{"key of a value", `{"a":{"traceback/é":1}}`, `{"a":{"[key hidden]":1}}`},
		{"key of the object", `{"traceback/é":1,"a" : "traceback/é"}`, `{"traceback/é":1,"a" : "[key hidden]"}`},
		{"after escaped quotes", `{"a":"\"\\","b":"\\\"traceback/é\""}`, `{"a":"\"\\","b":"\\\"[key hidden]\""}`},
		{"JSON in JSON", `{"a":"{\"b\":\"traceback/é\"}"}`, `{"a":"{\"b\":\"[key hidden]\"}"}`},
		{"over two strings", `{"a":["traceb","ack/é"]}`, `{"a":["traceb","ack/é"]}`},
		{"broken off", `{"a":"traceback`, `{"a":"traceback`},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, found := maskOf(secret).object([]byte(row.object))
			if string(got) != row.want || (found != nil) != (row.object != row.want) {
				t.Errorf("%s is shown as %s (found %v), want %s", row.object, got, found != nil, row.want)
			}
		})
	}
}

func TestBuffersKeepTheirLength(t *testing.T) {
	buffer := []byte("\x00binarysecret\xffbinarysecret")
	m := &jupyter.Message{Buffers: [][]byte{buffer}}
	maskOf("binarysecret").message(m)
	if got, want := string(m.Buffers[0]), "\x00************\xff************"; got != want {
		t.Errorf("buffer %q, want %q", got, want)
	}
	if !bytes.Contains(buffer, []byte("binarysecret")) {
		t.Error("the sender's own buffer was changed")
	}
}

func BenchmarkMask(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	var secrets []string
	for range 12 { // the tokens of four widgets
		raw := make([]byte, 600)
		for i := range raw {
			raw[i] = byte(rng.Uint32())
		}
		secrets = append(secrets, "eyJ"+base64.RawURLEncoding.EncodeToString(raw))
	}
	m := maskOf(secrets...)
	text := []byte(strings.Repeat("line 1234 of what a cell prints, eyes on it\n", 1<<20/44))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, found := m.text(text); found != nil {
			b.Fatal("found what is not there")
		}
	}
}

// A message stays well formed whatever is hidden in it, and each of its strings
// is what hiding in that string alone gives.
func FuzzMaskObject(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		s := newScene(seed)
		s.text = string([]rune(s.text)) // JSON holds no bytes that are no characters
		m := maskOf(s.secrets...)
		type content struct {
			A string         `json:"a"`
			B []any          `json:"b"`
			C map[string]any `json:"c"`
		}
		object, err := json.Marshal(content{s.text, []any{1, s.text}, map[string]any{s.text: map[string]any{"d": s.text}}})
		if err != nil {
			t.Fatal(err)
		}
		want, found := m.text([]byte(s.text))
		shown, foundInObject := m.object(object)
		var got content
		if err := json.Unmarshal(shown, &got); err != nil {
			t.Fatalf("%s became %s: %v", object, shown, err)
		}
		inner, _ := got.C[string(want)].(map[string]any)
		if got.A != string(want) || got.B[1] != string(want) || inner["d"] != string(want) || (found == nil) != (foundInObject == nil) {
			t.Errorf("%s became %s; want %q in each place", object, shown, want)
		}
	})
}
