package jupyter

import (
	"encoding/json"
	"fmt"
)

// Header names a message (spec, "Message header").
type Header struct {
	MsgID    string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"` // ISO 8601 with zone
	MsgType  string `json:"msg_type"`
	Version  string `json:"version"`
	// SubshellID is set by clients that use subshells (JEP 91); this kernel announces none.
	SubshellID string `json:"subshell_id,omitempty"`
}

// Message is one message of the protocol. The byte slices of a decoded message belong to the received frames;
// nothing may change them.
type Message struct {
	// Identities are the frames before the delimiter: the peer's identity on ROUTER sockets, the topic on
	// IOPub.
	Identities [][]byte
	Header     Header
	// RawHeader is the header as received, the form in which replies carry it as their parent: clients compare
	// it, and unknown keys in it must survive. Encode prefers it to Header; clear it after changing Header.
	RawHeader    json.RawMessage
	ParentHeader json.RawMessage
	Metadata     json.RawMessage
	Content      json.RawMessage
	Buffers      [][]byte
}

// Decode reads the content into v, one of this package's content structs. Its error is a *[ContentError].
func (m *Message) Decode(v any) error {
	if len(m.Content) == 0 {
		return nil
	}
	if err := json.Unmarshal(m.Content, v); err != nil {
		return &ContentError{MsgType: m.Header.MsgType, Part: "content", Err: scrub(err)}
	}
	return nil
}

// ContentError says that one of the four JSON parts of a message is not what the spec demands. Its text holds
// no data of the message but its type.
type ContentError struct {
	MsgType string // "" while unknown
	Part    string // "header", "parent_header", "metadata" or "content"
	Err     error
}

func (e *ContentError) Error() string {
	if e.MsgType == "" {
		return fmt.Sprintf("message %s: %v", e.Part, e.Err)
	}
	return fmt.Sprintf("%.64q %s: %v", e.MsgType, e.Part, e.Err)
}

// Unwrap returns the reason.
func (e *ContentError) Unwrap() error { return e.Err }
