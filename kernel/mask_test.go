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
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// awkward is a secret that every encoding changes.
const awkward = "s3cr3t \"+/<&>'\\= é%end"

func maskOf(secrets ...string) *mask {
	h := &hidden{}
	for _, s := range secrets {
		h.hide(s, "key", "")
	}
	return h.mask.Load()
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

// scene is a text with secrets in it, from a seed.
type scene struct {
	*rand.Rand
	secrets []string
	text    string
	whole   bool // no text but the secrets has parts of them
}

func newScene(seed uint64) *scene {
	s := &scene{Rand: rand.New(rand.NewPCG(seed, 1))}
	s.whole = s.IntN(2) == 0
	word := func(letters string, n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = letters[s.IntN(len(letters))]
		}
		return string(b)
	}
	letters := "abcdefghijklmnopqrstuvwxyz"[:2+s.IntN(25)]
	first := word(letters, 8+s.IntN(40))
	s.secrets = []string{first,
		first + word(letters, 1+s.IntN(20)),               // goes on where another ends
		first[:7+s.IntN(len(first)-7)] + word(letters, 9), // begins like another
		word(letters, 3) + first + word(letters, 3),       // holds another
		"é" + word(letters, 8) + "😀",
	}[:1+s.IntN(5)]
	var text strings.Builder
	for range s.IntN(12) {
		secret := s.secrets[s.IntN(len(s.secrets))]
		switch s.IntN(4) {
		case 0:
			text.WriteString(word("ABC -é\n", s.IntN(20)))
		case 1:
			if !s.whole {
				text.WriteString(secret[:s.IntN(len(secret))])
			}
		case 2:
			all := forms(secret)
			if form := all[s.IntN(len(all))]; !s.whole {
				text.WriteString(form)
			}
		default:
			text.WriteString(secret)
			if s.whole {
				text.WriteString("|")
			}
		}
	}
	s.text = text.String()
	return s
}

// pieces prints the text in pieces, and gives what is shown of it.
func (s *scene) pieces(keep func() extent) string {
	m := maskOf(s.secrets...)
	var stream streamMask
	var shown []byte
	for rest := s.text; rest != ""; {
		n := min(len(rest), 1+s.IntN(1+s.IntN(30)))
		text, _ := stream.next(m, []byte(rest[:n]), keep())
		shown = append(shown, text...)
		rest = rest[n:]
	}
	text, _ := stream.next(m, nil, keepNone)
	return string(append(shown, text...))
}

// hiddenSlowly is what is to be shown of a text, the simple way.
func hiddenSlowly(text string, secrets []string) string {
	var all []string
	for _, s := range secrets {
		all = append(all, forms(s)...)
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	var shown strings.Builder
next:
	for text != "" {
		for _, p := range all {
			if strings.HasPrefix(text, p) {
				shown.WriteString("[key hidden]")
				text = text[len(p):]
				continue next
			}
			if strings.HasPrefix(p, text) {
				if len(text) < leastHidden {
					return shown.String() + text
				}
				return shown.String() + "[key hidden]"
			}
		}
		shown.WriteByte(text[0])
		text = text[1:]
	}
	return shown.String()
}

// However a text is torn into pieces, the same is shown of it. And wherever the
// output is flushed, of what is a secret as a whole no 8 characters are shown.
func FuzzStreamMask(f *testing.F) {
	for seed := range uint64(2000) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		s := newScene(seed)
		want := hiddenSlowly(s.text, s.secrets)
		if got := s.pieces(func() extent { return keepAll }); got != want {
			t.Errorf("%q with %q\nis shown as %q\nwant        %q", s.text, s.secrets, got, want)
		}
		got := s.pieces(func() extent { return extent(s.IntN(3)) })
		for _, secret := range s.secrets {
			if strings.Contains(got, secret) {
				t.Errorf("%q: %q is shown in %q", s.text, secret, got)
			}
			for i := 0; s.whole && i+8 <= len(secret); i++ {
				if strings.Contains(strings.ReplaceAll(got, "[key hidden]", "|"), secret[i:i+8]) {
					t.Errorf("%q: %q of %q is shown in %q", s.text, secret[i:i+8], secret, got)
				}
			}
		}
	})
}

// Ordinary text leaves at once, but for at most 7 bytes.
func TestOrdinaryTextIsNotKeptBack(t *testing.T) {
	m := maskOf("eyJhbGciOiJSUzI1NiJ9.e30.sig")
	for _, row := range []struct {
		name, text string
		keep       extent
		shown      string
	}{
		{"nothing like it", "the token is ", keepAll, "the token is "},
		{"ends with its first letter", "one more minute", keepAll, "one more minut"},
		{"the same, a moment later", "one more minute", keepLong, "one more minute"},
		{"its first 7", "x eyJhbGc", keepLong, "x eyJhbGc"},
		{"its first 8", "x eyJhbGci", keepLong, "x "},
		{"its first 8, no more comes", "x eyJhbGci", keepNone, "x [key hidden]"},
		{"its first 8 and others", "eyJhbGciX", keepAll, "eyJhbGciX"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var s streamMask
			if got, _ := s.next(m, []byte(row.text), row.keep); string(got) != row.shown {
				t.Errorf("shows %q, want %q", got, row.shown)
			}
		})
	}
}

// What was shown of a secret stays shown; of the rest nothing is. A secret
// that is forgotten in between is no longer one.
func TestTheRestOfASecretIsHidden(t *testing.T) {
	m := maskOf("eyJhbGciOiJSUzI1NiJ9")
	type step struct {
		m     *mask
		text  string
		keep  extent
		shown string
	}
	for _, row := range []struct {
		name  string
		steps []step
	}{
		{"after a flush", []step{{m, "eyJ", keepLong, "eyJ"}, {m, "hbGciOiJSUzI1NiJ9.", keepAll, "[key hidden]."}}},
		{"after two", []step{{m, "eyJ", keepLong, "eyJ"}, {m, "hb", keepLong, "hb"}, {m, "Gc", keepLong, "Gc"}, {m, "iO", keepLong, ""}, {m, "iJSUzI1NiJ9", keepAll, "[key hidden]"}}},
		{"after the cell", []step{{m, "eyJhbGciOi", keepNone, "[key hidden]"}, {m, "JSUzI1NiJ9\n", keepAll, "[key hidden]\n"}}},
		{"it was none", []step{{m, "eyJ", keepLong, "eyJ"}, {m, "hbGci", keepLong, ""}, {m, "!", keepAll, "hbGci!"}}},
		{"it was none, after the cell", []step{{m, "eyJhbGciOi", keepNone, "[key hidden]"}, {m, "!", keepAll, "!"}}},
		{"forgotten", []step{{m, "eyJ", keepLong, "eyJ"}, {nil, "hbGciOiJSUzI1NiJ9", keepAll, "hbGciOiJSUzI1NiJ9"}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var s streamMask
			for i, step := range row.steps {
				if got, _ := s.next(step.m, []byte(step.text), step.keep); string(got) != step.shown {
					t.Errorf("step %d shows %q, want %q", i, got, step.shown)
				}
			}
		})
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
