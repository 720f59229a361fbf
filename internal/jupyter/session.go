package jupyter

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"
)

// dateLayout is ISO 8601 in microseconds, with zone: Python's parsers take at most six decimals.
const dateLayout = "2006-01-02T15:04:05.000000Z07:00"

// Session is the sender named in the headers of a kernel's messages. It stays the same for the life of the
// process, whatever the client's session is: JupyterLab drops queued messages when it changes. Safe for
// concurrent use.
type Session struct {
	id    string
	count atomic.Uint64
	now   func() time.Time
}

// NewSession makes a session with a fresh random id.
func NewSession() *Session {
	return &Session{id: newUUID(), now: time.Now}
}

// ID is the session's id, for [Codec.RefuseSession].
func (s *Session) ID() string { return s.id }

// NewMessage makes a message of this session with a fresh msg_id and the present date. parent is the raw
// header of the request that caused it, nil if nothing did. content and metadata may be anything that
// marshals to a JSON object; nil gives {}. The error is a *[ContentError].
func (s *Session) NewMessage(msgType string, parent json.RawMessage, content any, metadata any) (*Message, error) {
	m := &Message{
		Header: Header{
			MsgID:    s.id + "_" + strconv.FormatUint(s.count.Add(1), 10),
			Session:  s.id,
			Username: "kernel",
			Date:     s.now().UTC().Format(dateLayout),
			MsgType:  msgType,
			Version:  ProtocolVersion,
		},
		ParentHeader: parent,
	}
	for _, part := range []struct {
		name string
		from any
		to   *json.RawMessage
	}{
		{"header", m.Header, &m.RawHeader},
		{"parent_header", parent, &m.ParentHeader},
		{"metadata", metadata, &m.Metadata},
		{"content", content, &m.Content},
	} {
		var err error
		if *part.to, err = marshalObject(part.from); err != nil {
			return nil, &ContentError{MsgType: msgType, Part: part.name, Err: err}
		}
	}
	return m, nil
}

// marshalObject marshals v, which must come out as an object; whatever is nil gives {}.
func marshalObject(v any) (json.RawMessage, error) {
	if raw, ok := v.(json.RawMessage); ok {
		switch {
		case len(raw) == 0:
			return json.RawMessage("{}"), nil
		case firstByte(raw) == '{':
			return raw, nil // a parent header keeps its very bytes
		}
	}
	raw, err := marshalValue(v)
	switch {
	case err != nil:
		return nil, err
	case string(raw) == "null":
		return json.RawMessage("{}"), nil
	case firstByte(raw) != '{':
		return nil, errNotObject
	}
	return raw, nil
}

// newUUID is a random UUID (RFC 9562, section 5.4).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
