package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// version is the value of the envelope's "ipyauth" member.
const version = 1

// idLen is the length of a flow id: 12 random bytes in base64url.
const idLen = 16

// maxEnvelope bounds the JSON text before it is parsed: a ciphertext of the
// largest size in base64 and the other members.
const maxEnvelope = (maxPlaintext+tagLen)*4/3 + 1<<10

// Errors of [Envelope.UnmarshalJSON] and [Key.OpenEnvelope].
var (
	// ErrEnvelope: not an envelope of the callback page.
	ErrEnvelope = errors.New("read envelope: not a relayed sign-in response")
	// ErrNotSealed: the envelope holds an open response. [Envelope.Open] may
	// be used if the flow is code + PKCE.
	ErrNotSealed = errors.New("open sealed response: the response is not sealed")
	// ErrOpenToken: an open response carries a token, which must be sealed.
	ErrOpenToken = errors.New("read envelope: a token came unsealed")
)

// Response is what the callback page found in its own address: location.search
// and location.hash without their first character.
type Response struct {
	Query, Fragment string
}

// Envelope is what the callback page relays: a sealed response (Enc and
// Ciphertext), or an open one. An open response exists only where the browser
// has no cryptography (the page is not a secure context); it never has a token
// in it, and only a code + PKCE flow may take it, because such a code is of no
// use without the kernel's verifier.
type Envelope struct {
	// ID is the flow's id, the first part of its state.
	ID string
	// Enc and Ciphertext are the HPKE encapsulated key and ciphertext.
	Enc, Ciphertext []byte
	// Open is the open response, nil in a sealed envelope.
	Open *Response
}

// UnmarshalJSON reads an envelope strictly: exactly the members of one of the
// two forms, each once, base64url without padding, limits on every length. Its
// errors are [ErrEnvelope] and [ErrOpenToken].
func (e *Envelope) UnmarshalJSON(data []byte) error {
	if len(data) > maxEnvelope || !utf8.Valid(data) {
		return ErrEnvelope
	}
	var (
		wire   Envelope
		v      int
		id     string
		enc    string
		ct     string
		opened json.RawMessage
	)
	seen, err := members(data, map[string]any{"ipyauth": &v, "id": &id, "enc": &enc, "ct": &ct, "open": &opened})
	if err != nil || v != version || !validID(id) {
		return ErrEnvelope
	}
	wire.ID = id
	switch {
	case seen == "ct enc id ipyauth":
		err = wire.decodeSealed(enc, ct)
	case seen == "id ipyauth open":
		err = wire.decodeOpen(opened)
	default:
		err = ErrEnvelope
	}
	if err != nil {
		return err
	}
	*e = wire
	return nil
}

// MarshalJSON writes the envelope as the callback page does.
func (e Envelope) MarshalJSON() ([]byte, error) {
	if e.Open != nil {
		return json.Marshal(map[string]any{"ipyauth": version, "id": e.ID,
			"open": map[string]string{"query": e.Open.Query, "fragment": e.Open.Fragment}})
	}
	b64 := base64.RawURLEncoding.EncodeToString
	return json.Marshal(map[string]any{"ipyauth": version, "id": e.ID, "enc": b64(e.Enc), "ct": b64(e.Ciphertext)})
}

// OpenEnvelope opens a sealed envelope of the flow whose whole state parameter
// is state. Its errors are [ErrNotSealed], [ErrOpen] and [ErrEnvelope] (what
// was sealed is not a response).
func (k *Key) OpenEnvelope(e *Envelope, state string) (Response, error) {
	if e.Open != nil {
		return Response{}, ErrNotSealed
	}
	plaintext, err := k.Open(e.Enc, e.Ciphertext, []byte(state))
	if err != nil {
		return Response{}, err
	}
	return readResponse(plaintext)
}

// SealResponse seals r for the flow with that state and public key: the
// callback page's part, for tests and for pages served by Go.
func SealResponse(r Response, id, state string, pub []byte) (*Envelope, error) {
	plaintext, err := json.Marshal(map[string]string{"query": r.Query, "fragment": r.Fragment})
	if err != nil {
		return nil, fmt.Errorf("seal response: %w", err)
	}
	enc, ct, err := Seal(pub, plaintext, []byte(state))
	if err != nil {
		return nil, err
	}
	return &Envelope{ID: id, Enc: enc, Ciphertext: ct}, nil
}

func (e *Envelope) decodeSealed(enc, ct string) (err error) {
	strict := base64.RawURLEncoding.Strict()
	if e.Enc, err = strict.DecodeString(enc); err != nil || len(e.Enc) != pointLen {
		return ErrEnvelope
	}
	if e.Ciphertext, err = strict.DecodeString(ct); err != nil || len(e.Ciphertext) < tagLen {
		return ErrEnvelope
	}
	// base64's decoder skips line breaks, even the strict one.
	if strings.ContainsAny(enc+ct, "\r\n") {
		return ErrEnvelope
	}
	return nil
}

func (e *Envelope) decodeOpen(data []byte) error {
	r, err := readResponse(data)
	if err != nil {
		return err
	}
	for _, part := range []string{r.Query, r.Fragment} {
		// Looked for in the decoded text too: a parameter name may be escaped.
		decoded, err := url.QueryUnescape(part)
		if err != nil {
			return ErrEnvelope
		}
		for _, text := range []string{part, decoded} {
			if holdsToken(text) {
				return ErrOpenToken
			}
		}
	}
	e.Open = &r
	return nil
}

// holdsToken looks for the parameters that carry tokens; "token" is the name that
// generated SDKs know the access token by.
func holdsToken(text string) bool {
	return strings.Contains(text, "access_token") || strings.Contains(text, "id_token") ||
		strings.Contains("&"+text, "&token=")
}

func readResponse(data []byte) (r Response, err error) {
	seen, err := members(data, map[string]any{"query": &r.Query, "fragment": &r.Fragment})
	if err != nil || seen != "fragment query" || !utf8.Valid(data) {
		return Response{}, ErrEnvelope
	}
	return r, nil
}

// members decodes one flat JSON object into the given targets and returns the
// names found, sorted and joined by spaces. encoding/json alone would take a
// member twice, in another case, or followed by more text.
func members(data []byte, into map[string]any) (string, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return "", ErrEnvelope
	}
	var names []string
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return "", ErrEnvelope
		}
		name, _ := t.(string)
		target, known := into[name]
		if !known || slices.Contains(names, name) {
			return "", ErrEnvelope
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil || bytes.Equal(raw, []byte("null")) {
			return "", ErrEnvelope
		}
		if err := json.Unmarshal(raw, target); err != nil {
			return "", ErrEnvelope
		}
		names = append(names, name)
	}
	if _, err := dec.Token(); err != nil {
		return "", ErrEnvelope
	}
	if _, err := dec.Token(); err != io.EOF {
		return "", ErrEnvelope
	}
	slices.Sort(names)
	return strings.Join(names, " "), nil
}

func validID(id string) bool {
	if len(id) != idLen {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(id)
	return err == nil && !strings.ContainsAny(id, "\r\n")
}
