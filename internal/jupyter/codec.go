package jupyter

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
)

// Why Codec.Decode refuses a message before it looks at its JSON. Faults in the JSON are *[ContentError].
var (
	ErrNoDelimiter = errors.New("message has no <IDS|MSG> delimiter")
	ErrShort       = errors.New("message has fewer than five frames after the delimiter")
	ErrSignature   = errors.New("message signature does not match")
	ErrReplayed    = errors.New("message was received before")
	ErrReflected   = errors.New("message was sent by this kernel")
)

var delimiter = []byte("<IDS|MSG>")

// Codec signs, checks, packs and unpacks messages (spec, "The wire protocol"). One codec serves all sockets of
// a kernel; its methods may be called concurrently.
type Codec struct {
	key    []byte
	own    string
	replay replay
}

// NewCodec makes a codec that signs with HMAC-SHA256. An empty key leaves messages unsigned: then signatures
// are neither sent nor looked at, and replays go unnoticed.
func NewCodec(key []byte) *Codec {
	return &Codec{key: slices.Clone(key)}
}

// RefuseSession makes Decode refuse messages whose header names this session, the kernel's own. Without it a
// program that can only listen, which takes no key, could send the kernel's own signed messages back to it.
// Call it before the codec is in use.
func (c *Codec) RefuseSession(id string) { c.own = id }

// Decode checks and unpacks the frames of one received message. Errors are [ErrNoDelimiter], [ErrShort],
// [ErrSignature], [ErrReplayed], [ErrReflected] and *[ContentError]. The message shares memory with frames.
func (c *Codec) Decode(frames [][]byte) (*Message, error) {
	at := slices.IndexFunc(frames, func(f []byte) bool { return bytes.Equal(f, delimiter) })
	if at < 0 {
		return nil, ErrNoDelimiter
	}
	rest := frames[at+1:]
	if len(rest) < 5 {
		return nil, ErrShort
	}
	if err := c.verify(rest[0], rest[1:5]); err != nil {
		return nil, err
	}
	m := &Message{
		Identities:   frames[:at:at],
		RawHeader:    rest[1],
		ParentHeader: rest[2],
		Metadata:     rest[3],
		Content:      rest[4],
		Buffers:      rest[5:],
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	if c.own != "" && m.Header.Session == c.own {
		return nil, ErrReflected
	}
	return m, nil
}

// Encode packs and signs a message. Empty parts become {}. A part that is not a JSON object is a
// *[ContentError]. The frames share the message's buffers.
func (c *Codec) Encode(m *Message) ([][]byte, error) {
	header := m.RawHeader
	if len(header) == 0 {
		var err error
		if header, err = json.Marshal(m.Header); err != nil {
			return nil, &ContentError{MsgType: m.Header.MsgType, Part: "header", Err: err}
		}
	}
	parts := [][]byte{header, m.ParentHeader, m.Metadata, m.Content}
	for i, name := range []string{"header", "parent_header", "metadata", "content"} {
		if len(parts[i]) == 0 || string(parts[i]) == "null" {
			parts[i] = []byte("{}")
		}
		if firstByte(parts[i]) != '{' {
			return nil, &ContentError{MsgType: m.Header.MsgType, Part: name, Err: errNotObject}
		}
	}
	frames := make([][]byte, 0, len(m.Identities)+6+len(m.Buffers))
	frames = append(frames, m.Identities...)
	frames = append(frames, delimiter, c.sign(parts))
	frames = append(frames, parts...)
	return append(frames, m.Buffers...), nil
}

// verify compares the signature with that of the four JSON frames as they were received: another writer's
// spaces and key order count.
func (c *Codec) verify(signature []byte, parts [][]byte) error {
	if len(c.key) == 0 {
		return nil
	}
	want := c.sign(parts)
	if !hmac.Equal(signature, want) {
		return ErrSignature
	}
	var digest [sha256.Size]byte
	if _, err := hex.Decode(digest[:], want); err != nil {
		return ErrSignature
	}
	if !c.replay.add(digest) {
		return ErrReplayed
	}
	return nil
}

func (c *Codec) sign(parts [][]byte) []byte {
	if len(c.key) == 0 {
		return []byte{}
	}
	mac := hmac.New(sha256.New, c.key)
	for _, part := range parts {
		mac.Write(part)
	}
	return hex.AppendEncode(nil, mac.Sum(nil))
}

// check validates the JSON parts and reads the header.
func (m *Message) check() error {
	if err := checkObject(m.RawHeader, maxHeader); err != nil {
		return &ContentError{Part: "header", Err: err}
	}
	if err := json.Unmarshal(m.RawHeader, &m.Header); err != nil {
		return &ContentError{Part: "header", Err: scrub(err)}
	}
	if m.Header.MsgType == "" {
		return &ContentError{Part: "header", Err: errNoType}
	}
	for _, part := range []struct {
		name  string
		data  json.RawMessage
		limit int
	}{
		{"parent_header", m.ParentHeader, maxHeader},
		{"metadata", m.Metadata, maxMetadata},
		{"content", m.Content, maxContent},
	} {
		if err := checkObject(part.data, part.limit); err != nil {
			return &ContentError{MsgType: m.Header.MsgType, Part: part.name, Err: err}
		}
	}
	return nil
}

var errNoType = errors.New("key msg_type is missing or empty")
