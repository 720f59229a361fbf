package jupytertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/go-zeromq/zmq4"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// Request is a message that was sent, and the way to what came of it.
type Request struct {
	ID     string
	Type   string
	Header json.RawMessage // as sent: parents must repeat these very bytes

	client *Client
	socket string
}

// Options changes how a message is sent. The zero value is a well-formed one.
type Options struct {
	Parent   json.RawMessage // "" is {}
	Metadata any             // nil is {}
	Buffers  [][]byte
	// Frames changes the signed frames before they are sent, to make a message
	// no client would send.
	Frames func(frames [][]byte) [][]byte
}

// Send sends a message on Shell, Control or Stdin. content marshals to JSON; a
// json.RawMessage goes as it is.
func (c *Client) Send(socket, msgType string, content any) *Request {
	c.t.Helper()
	return c.SendWith(socket, msgType, content, Options{})
}

// SendWith is Send with options.
func (c *Client) SendWith(socket, msgType string, content any, o Options) *Request {
	c.t.Helper()
	r := &Request{Type: msgType, client: c, socket: socket}
	r.ID = c.nextID()
	// Written as Python writes it, blanks and all, and with a key that no
	// version of the protocol has.
	r.Header = json.RawMessage(fmt.Sprintf(
		`{"msg_id": %q, "session": %q, "username": "tester", "date": "2026-01-02T03:04:05.000006Z", "msg_type": %q, "version": "5.3", "x-unknown": "é"}`,
		r.ID, c.Session, msgType))
	m := &jupyter.Message{RawHeader: r.Header, ParentHeader: o.Parent, Buffers: o.Buffers}
	m.Metadata = c.marshal(o.Metadata)
	m.Content = c.marshal(content)
	frames, err := c.codec.Encode(m)
	if err != nil {
		c.t.Fatalf("encode %s: %v", msgType, err)
	}
	if o.Frames != nil {
		frames = o.Frames(frames)
	}
	c.SendFrames(socket, frames)
	return r
}

// SendFrames sends frames as they are.
func (c *Client) SendFrames(socket string, frames [][]byte) {
	c.t.Helper()
	if err := c.sockets[socket].SendMulti(zmq4.NewMsgFrom(frames...)); err != nil {
		c.t.Fatalf("send on %s: %v", socket, err)
	}
}

func (c *Client) nextID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	return fmt.Sprintf("%s_%d", c.Session, c.count)
}

func (c *Client) marshal(v any) json.RawMessage {
	c.t.Helper()
	if raw, ok := v.(json.RawMessage); ok {
		return raw
	}
	if v == nil {
		return json.RawMessage("{}")
	}
	raw, err := json.Marshal(v)
	if err != nil {
		c.t.Fatal(err)
	}
	return raw
}

// Caused says whether a message has the request as its parent.
func (r *Request) Caused(m *jupyter.Message) bool {
	return bytes.Equal(m.ParentHeader, r.Header)
}

// Reply waits for the reply, on the socket the request was sent on.
func (r *Request) Reply() *jupyter.Message {
	r.client.t.Helper()
	return r.client.Await("reply to "+r.Type+" on "+r.socket, func(m Received) bool {
		return m.Socket == r.socket && r.Caused(m.Message) && strings.HasSuffix(m.Header.MsgType, "_reply")
	}).Message
}

// Next waits for the first IOPub message of a type that the request caused.
func (r *Request) Next(msgType string) *jupyter.Message {
	r.client.t.Helper()
	return r.client.Await(msgType+" for "+r.Type, func(m Received) bool {
		return m.Socket == "iopub" && r.Caused(m.Message) && m.Header.MsgType == msgType
	}).Message
}

// Busy waits until the kernel has begun with the request.
func (r *Request) Busy() {
	r.client.t.Helper()
	r.status(jupyter.StateBusy)
}

// Idle waits until the kernel is done with the request.
func (r *Request) Idle() {
	r.client.t.Helper()
	r.status(jupyter.StateIdle)
}

func (r *Request) status(state string) {
	r.client.t.Helper()
	r.client.Await(state+" for "+r.Type, func(m Received) bool {
		return m.Socket == "iopub" && r.Caused(m.Message) && isStatus(m.Message, state)
	})
}

func isStatus(m *jupyter.Message, state string) bool {
	var s jupyter.Status
	return m.Header.MsgType == jupyter.TypeStatus && m.Decode(&s) == nil && s.ExecutionState == state
}

// Wait waits for the reply, if that type of message has one, and for idle. What
// was published must begin with busy; what a goroutine publishes after idle is
// left to [Request.Next] and [Request.Published].
func (r *Request) Wait() *Exchange {
	r.client.t.Helper()
	x := &Exchange{client: r.client}
	if strings.HasSuffix(r.Type, "_request") {
		x.Reply = r.Reply()
	}
	r.Idle()
	x.Published = r.Published()
	end := slices.IndexFunc(x.Published, func(m *jupyter.Message) bool { return isStatus(m, jupyter.StateIdle) })
	x.Published = x.Published[:end+1]
	if !isStatus(x.Published[0], jupyter.StateBusy) {
		r.client.t.Errorf("%s did not begin with busy: %v", r.Type, x.Types())
	}
	return x
}

// Published is what IOPub has had so far because of the request, in its order.
func (r *Request) Published() []*jupyter.Message {
	var published []*jupyter.Message
	for _, m := range r.client.Messages() {
		if m.Socket == "iopub" && r.Caused(m.Message) {
			published = append(published, m.Message)
		}
	}
	return published
}

// Exchange is a request's reply and what IOPub had because of it.
type Exchange struct {
	Reply     *jupyter.Message   // nil for messages that have none
	Published []*jupyter.Message // busy first, idle last

	client *Client
}

// Types is the types of what was published.
func (x *Exchange) Types() []string {
	var types []string
	for _, m := range x.Published {
		types = append(types, m.Header.MsgType)
	}
	return types
}

// Decode reads a message's content into v, and ends the test when it can't.
func (c *Client) Decode(m *jupyter.Message, v any) {
	c.t.Helper()
	if err := m.Decode(v); err != nil {
		c.t.Fatalf("content of %s: %v", m.Header.MsgType, err)
	}
}

// Status is the status of the reply.
func (x *Exchange) Status() jupyter.Outcome {
	x.client.t.Helper()
	var s struct {
		Status jupyter.Outcome `json:"status"`
	}
	x.client.Decode(x.Reply, &s)
	return s.Status
}

// Error is the error of a reply with status error.
func (x *Exchange) Error() jupyter.ErrorReply {
	x.client.t.Helper()
	var e jupyter.ErrorReply
	x.client.Decode(x.Reply, &e)
	return e
}

// Stream is the text published on a stream, stdout or stderr.
func (x *Exchange) Stream(name string) string {
	x.client.t.Helper()
	var b strings.Builder
	for _, m := range x.Published {
		if m.Header.MsgType != jupyter.TypeStream {
			continue
		}
		var s jupyter.Stream
		if x.client.Decode(m, &s); s.Name == name {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// Content is the content of the first message of a type that was published; the
// test ends when there is none.
func (x *Exchange) Content(msgType string) map[string]any {
	x.client.t.Helper()
	for _, m := range x.Published {
		if m.Header.MsgType == msgType {
			var content map[string]any
			x.client.Decode(m, &content)
			return content
		}
	}
	x.client.t.Fatalf("no %s was published, but %v", msgType, x.Types())
	return nil
}
