package kernel

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

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

// A secret that is printed byte by byte, with more or less time between them.
func TestByteByByte(t *testing.T) {
	const secret = "eyJhbGciOiJSUzI1NiJ9"
	for _, row := range []struct {
		name  string
		keep  extent
		shown string
	}{
		{"at once", keepAll, "it is [key hidden]!"},
		{"a moment between two", keepLong, "it is eyJhbGc[key hidden]!"},
		{"each in its own cell", keepNone, "it is eyJhbGc" + strings.Repeat("[key hidden]", len(secret)-7) + "!"},
	} {
		t.Run("E74 "+row.name, func(t *testing.T) {
			m := maskOf(secret)
			var s streamMask
			var shown []byte
			for _, b := range []byte("it is " + secret + "!") {
				text, _ := s.next(m, []byte{b}, row.keep)
				shown = append(shown, text...)
			}
			if string(shown) != row.shown {
				t.Errorf("shows %q, want %q", shown, row.shown)
			}
		})
	}
}
