package widget_test

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/internal/seal"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

// counted opens a notebook on a provider that counts what it is asked, with a code flow.
func counted(t *testing.T) (*notebook, *providertest.Provider) {
	t.Helper()
	p := providertest.New(t)
	return open(t, params.ParamsOIDC{Issuer: p.Issuer, ClientID: providertest.ClientID}), p
}

// relayVia gives an envelope to the kernel as the named way does.
func (n *notebook) relayVia(via string, envelope any) {
	n.t.Helper()
	n.send(map[string]any{"type": "callback", "via": via, "view": "v1", "envelope": envelope})
}

// ignored returns what Inspect says of ignored answers, "" if nothing.
func (n *notebook) ignored() string {
	n.t.Helper()
	skip := n.count()
	n.send(map[string]any{"type": "inspect", "view": "v1"})
	sections, _ := n.message("details", skip)["sections"].([]any)
	session, _ := sections[0].(map[string]any)
	rows, _ := session["rows"].([]any)
	for _, row := range rows {
		if row, _ := row.([]any); row[0] == "answers ignored" {
			return row[1].(string)
		}
	}
	return ""
}

// kinds counts the custom messages of a type.
func (n *notebook) kinds(kind string) (count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, m := range n.messages {
		if m["type"] == kind {
			count++
		}
	}
	return count
}

// forgeries are answers that anybody who can write to a channel may send; each differs
// from the genuine one in one thing.
func forgeries(t *testing.T, address string, genuine *seal.Envelope) map[string]any {
	t.Helper()
	change := func(change func(*seal.Envelope)) *seal.Envelope {
		e := *genuine
		e.Enc, e.Ciphertext = slices.Clone(e.Enc), slices.Clone(e.Ciphertext)
		change(&e)
		return &e
	}
	wire := func(members map[string]any) map[string]any {
		m := map[string]any{"ipyauth": 1, "id": genuine.ID}
		for name, value := range members {
			m[name] = value
		}
		return m
	}
	stranger, err := seal.NewKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	sealedFor := func(public []byte, state string) *seal.Envelope {
		e, err := seal.SealResponse(seal.Response{Query: "code=c&state=" + state}, genuine.ID, state, public)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	state := stateOf(t, address)
	forged := strings.Replace(state, genuine.ID+".", genuine.ID+".A", 1)
	return map[string]any{
		"B25 nothing":                            nil,
		"B25 text":                               "ipyauth1.AAAA.BBBB.CCCC",
		"B25 a token in the open":                map[string]any{"access_token": "x"},
		"B25 a prototype":                        wire(map[string]any{"__proto__": map[string]any{"status": "signed_in"}}),
		"B24 another flow's id":                  change(func(e *seal.Envelope) { e.ID = strings.Repeat("A", 16) }),
		"B28 changed on the way":                 change(func(e *seal.Envelope) { e.Ciphertext[0] ^= 1 }),
		"B28 another encapsulated key":           change(func(e *seal.Envelope) { e.Enc = stranger.Public() }),
		"B28 B37 sealed for another key":         sealedFor(stranger.Public(), state),
		"A01 A02 B28 sealed for another state":   sealedFor(publicOf(t, state), forged),
		"A02 B37 an open code, of another state": wire(map[string]any{"open": map[string]any{"query": "code=c&state=" + url.QueryEscape(forged), "fragment": ""}}),
		"A01 B37 an open code, of no state":      wire(map[string]any{"open": map[string]any{"query": "code=c", "fragment": ""}}),
		"A07 B37 an open token":                  wire(map[string]any{"open": map[string]any{"query": "", "fragment": "access_token=t&state=" + state}}),
	}
}

// TestForgeriesThenTheGenuineAnswer: each forgery alone changes nothing but the count,
// and the genuine answer after it signs in.
func TestForgeriesThenTheGenuineAnswer(t *testing.T) {
	n, p := counted(t)
	address := n.click()
	for name := range forgeries(t, address, answerOf(t, p, address)) {
		t.Run(name, func(t *testing.T) {
			n, p := counted(t)
			address := n.click()
			genuine := answerOf(t, p, address)
			n.relayVia("broadcast", forgeries(t, address, genuine)[name])
			if n.auth.Status() != widget.Pending || n.ignored() != "1" || n.kinds("received") != 0 || p.Requests("token") != 0 {
				t.Fatalf("status = %s, ignored %q, received %d, exchanges %d; want pending, 1, none and none",
					n.auth.Status(), n.ignored(), n.kinds("received"), p.Requests("token"))
			}
			n.relayVia("opener", genuine)
			n.waitStatus(widget.SignedIn)
		})
	}
}

// TestAllForgeriesThenTheGenuineAnswerByEveryWay is the whole of it in one sign-in: one
// exchange, one acknowledgement, and the forgeries counted.
func TestAllForgeriesThenTheGenuineAnswerByEveryWay(t *testing.T) {
	t.Attr("attack", "A03 B26 B28 B35")
	n, p := counted(t)
	address := n.click()
	genuine := answerOf(t, p, address)
	forged := forgeries(t, address, genuine)
	for _, envelope := range forged {
		n.relayVia("storage", envelope)
	}
	for _, via := range []string{"opener", "broadcast", "storage", "websocket", "paste"} {
		n.relayVia(via, genuine)
	}
	n.waitStatus(widget.SignedIn)
	token := n.auth.AccessToken()
	n.relayVia("websocket", genuine)
	if p.Requests("token") != 1 || n.kinds("received") != 6 || n.kinds("ignored") != 0 || n.auth.AccessToken() != token {
		t.Errorf("exchanges = %d, received %d, ignored pastes %d; want one exchange, an acknowledgement each time, no complaint",
			p.Requests("token"), n.kinds("received"), n.kinds("ignored"))
	}
	if got := n.ignored(); len(forged) < 10 || got != "12" {
		t.Errorf("answers ignored = %q, want the %d forgeries and none of the repetitions", got, len(forged))
	}
	n.click()
	if got := n.ignored(); got != "" {
		t.Errorf("answers ignored = %q in a new sign-in, want no row", got)
	}
}

// TestTheFirstGoodAnswerWins: two answers of the provider to one request, as when
// somebody goes back and consents again.
func TestTheFirstGoodAnswerWins(t *testing.T) {
	t.Attr("attack", "A03 B35")
	n, p := counted(t)
	address := n.click()
	first, second := answerOf(t, p, address), answerOf(t, p, address)
	n.relayVia("opener", first)
	n.relayVia("broadcast", second)
	n.waitStatus(widget.SignedIn)
	if p.Requests("token") != 1 || n.kinds("received") != 2 {
		t.Errorf("exchanges = %d, received %d, want one and two", p.Requests("token"), n.kinds("received"))
	}
}

// TestIgnoredAnswersAreLoggedOnce: one line, without a value of any answer.
func TestIgnoredAnswersAreLoggedOnce(t *testing.T) {
	t.Attr("attack", "A03 E76")
	var log bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	n, p := counted(t)
	address := n.click()
	genuine := answerOf(t, p, address)
	for _, envelope := range forgeries(t, address, genuine) {
		n.relayVia("opener", envelope)
	}
	if got := strings.Count(log.String(), "was ignored"); got != 1 {
		t.Errorf("%d lines, want one: %s", got, log.String())
	}
	for _, value := range []string{genuine.ID, stateOf(t, address)[17:39], "code=c", "access_token"} {
		if strings.Contains(log.String(), value) {
			t.Errorf("the log has a value of an answer: %s", log.String())
		}
	}
}

func TestPaste(t *testing.T) {
	t.Attr("attack", "B33")
	n, p := counted(t)
	old := answerOf(t, p, n.click())
	n.relayVia("paste", answerOf(t, p, n.click()))
	n.waitStatus(widget.SignedIn)
	if n.kinds("ignored") != 0 {
		t.Error("a good answer was complained of")
	}

	rows := []struct {
		name, via string
		envelope  any
		ignored   int
	}{
		{"A05 of another sign-in", "paste", old, 1},
		{"no envelope", "paste", "hello", 1},
		{"nothing", "paste", nil, 1},
		{"another way is told nothing", "opener", old, 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			n, p := counted(t)
			address := n.click()
			n.relayVia(row.via, row.envelope)
			if got := n.kinds("ignored"); got != row.ignored {
				t.Fatalf("%d complaints, want %d", got, row.ignored)
			}
			if row.ignored > 0 {
				m := n.message("ignored", 0)
				failure, _ := m["error"].(map[string]any)
				if m["view"] != "v1" || failure["code"] != "not_an_answer" || failure["message"] == "" || failure["next"] == "" {
					t.Errorf("ignored = %v, want the view, a sentence and what to do", m)
				}
			}
			n.relayVia("paste", answerOf(t, p, address))
			n.waitStatus(widget.SignedIn)
		})
	}
}

// TestLateAnswers starts from a sign-in whose answer would be good, and lets something
// happen before it comes.
func TestLateAnswers(t *testing.T) {
	rows := []struct {
		name   string
		happen func(n *notebook, p *providertest.Provider) *notebook // returns the notebook the answer reaches
		want   widget.Status
	}{
		{"B34 the page was reloaded", func(n *notebook, _ *providertest.Provider) *notebook {
			n.send(map[string]any{"type": "hello", "view": "v2"})
			return n
		}, widget.SignedIn},
		{"A06 B34 the kernel was restarted", func(n *notebook, p *providertest.Provider) *notebook {
			return open(n.t, params.ParamsOIDC{Issuer: p.Issuer, ClientID: providertest.ClientID})
		}, widget.SignedOut},
		{"A04 the sign-in was canceled", func(n *notebook, _ *providertest.Provider) *notebook {
			n.send(map[string]any{"type": "cancel"})
			return n
		}, widget.SignedOut},
		{"A04 G92 the session was cleared", func(n *notebook, _ *providertest.Provider) *notebook {
			n.send(map[string]any{"type": "clear"})
			return n
		}, widget.SignedOut},
		{"G92 another click came", func(n *notebook, _ *providertest.Provider) *notebook {
			n.click()
			return n
		}, widget.Pending},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			n, p := counted(t)
			answer := answerOf(t, p, n.click())
			n = row.happen(n, p)
			n.relayVia("websocket", answer)
			if row.want == widget.SignedIn {
				n.waitStatus(widget.SignedIn)
				return
			}
			if n.auth.Status() != row.want || n.kinds("received") != 0 || n.ignored() != "1" {
				t.Errorf("status = %s, received %d, ignored %q; want %s, none and 1", n.auth.Status(), n.kinds("received"), n.ignored(), row.want)
			}
			n.relayVia("opener", answerOf(t, p, n.click()))
			n.waitStatus(widget.SignedIn)
		})
	}
}

// stateOf is the state parameter of an authorization URL.
func stateOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("state")
}

// publicOf is the key in a state parameter that the answer is sealed for.
func publicOf(t *testing.T, state string) []byte {
	t.Helper()
	public, err := base64.RawURLEncoding.DecodeString(strings.Split(state, ".")[2])
	if err != nil {
		t.Fatal(err)
	}
	return public
}
