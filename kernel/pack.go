package kernel

import (
	"encoding/json"
	"slices"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// packer makes every message that this kernel sends, on all sockets. Nothing
// leaves that has not been searched for hidden secrets here.
type packer struct {
	codec   *jupyter.Codec
	session *jupyter.Session
	hidden  *hidden
}

// message is what packer makes a message of.
type message struct {
	kind       string // its type
	to         [][]byte
	parent     json.RawMessage
	content    any
	metadata   any
	buffers    [][]byte
	unsearched bool // may hold a secret: somebody asked to see it
}

// packed is a message that can be sent.
type packed struct {
	*jupyter.Message
	frames [][]byte
	hidden *pattern // a secret that was taken out, nil if there was none
}

// pack makes the frames of a message. Errors are those of content that JSON
// cannot hold.
func (p *packer) pack(o message) (packed, error) {
	m, err := p.session.NewMessage(o.kind, o.parent, o.content, o.metadata)
	if err != nil {
		return packed{}, err
	}
	m.Identities, m.Buffers = o.to, o.buffers
	var found *pattern
	if mask := p.hidden.mask(); mask != nil && !o.unsearched && o.kind != jupyter.TypeStatus {
		found = mask.message(m)
	}
	frames, err := p.codec.Encode(m)
	return packed{m, frames, found}, err
}

// message hides secrets in what a message carries. Headers carry nothing but
// what the kernel makes or the front end sent.
func (m *mask) message(to *jupyter.Message) (found *pattern) {
	for _, part := range []*json.RawMessage{&to.Content, &to.Metadata} {
		shown, p := m.object(*part)
		if p != nil {
			*part, found = shown, p
		}
	}
	to.Buffers = slices.Clone(to.Buffers)
	for i, buffer := range to.Buffers {
		to.Buffers[i] = m.bytes(buffer)
	}
	return found
}
