package kernel

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/kernel/cell"
)

// stdinWait is how long a question waits for the client to connect to the stdin
// channel. It connects all its sockets at once, but in no order: the cell may
// be here before.
const stdinWait = 2 * time.Second

// prompt asks on the stdin channel: messaging specification, "Messages on the
// stdin channel". The request goes to the client that sent the cell, whose
// sockets have one identity, and only if the cell's request allows it.
func (k *kernel) prompt(prompt string, password bool) (string, error) {
	k.mu.Lock()
	c := k.current
	k.mu.Unlock()
	if c == nil || !c.AllowStdin {
		return "", fmt.Errorf("prompt: %w", cell.ErrNoInput)
	}
	select {
	case k.prompting <- struct{}{}: // one question at a time
		defer func() { <-k.prompting }()
	case <-c.context.Done():
		return "", fmt.Errorf("prompt: %w", context.Cause(c.context))
	}
	k.output.flush(false) // the question may refer to what was printed
	answer, err := k.ask(c, jupyter.InputRequest{Prompt: prompt, Password: password})
	if err != nil {
		return "", fmt.Errorf("prompt: %w", err)
	}
	return answer, nil
}

// question is an input_request that waits for its reply.
type question struct {
	*jupyter.Message
	answer chan *jupyter.Message // of one
}

// ask sends one input_request and waits for its reply.
func (k *kernel) ask(c *run, content jupyter.InputRequest) (string, error) {
	m, err := k.packer.pack(message{
		kind: jupyter.TypeInputRequest, to: c.request.Identities, parent: c.request.RawHeader, content: content,
	})
	if err != nil {
		return "", err
	}
	if err := k.waitForStdin(c); err != nil {
		return "", err
	}
	q := &question{m.Message, make(chan *jupyter.Message, 1)}
	k.asked.Store(q)
	defer k.asked.Store(nil)
	if err := k.stdin.Send(m.frames); err != nil {
		return "", err
	}
	select {
	case reply := <-q.answer:
		var content jupyter.InputReply
		err := reply.Decode(&content)
		return content.Value, err
	case <-c.context.Done():
		return "", context.Cause(c.context)
	}
}

// waitForStdin waits until the client that sent a cell can be asked.
func (k *kernel) waitForStdin(c *run) error {
	ctx, cancel := context.WithTimeout(c.context, stdinWait)
	defer cancel()
	switch err := k.reachable(ctx, c.request.Identities[0]); {
	case err == nil:
		return nil
	case c.context.Err() != nil:
		return context.Cause(c.context)
	default:
		return fmt.Errorf("no connection to the stdin channel: %w", cell.ErrNoInput)
	}
}

// answeredBy says whether reply is to the question. Some clients leave the
// parent of an input_reply empty; then it is enough that it came from the one
// that was asked.
func (q *question) answeredBy(reply *jupyter.Message) bool {
	if !slices.EqualFunc(reply.Identities, q.Identities, bytes.Equal) {
		return false
	}
	var parent jupyter.Header
	if err := json.Unmarshal(reply.ParentHeader, &parent); err != nil {
		return false
	}
	return parent.MsgID == "" || parent.MsgID == q.Header.MsgID
}

// fromStdin takes what arrives on stdin: answers. Anything else is unknown here
// as on other channels.
func (k *kernel) fromStdin(r *request) {
	if r.Header.MsgType != jupyter.TypeInputReply {
		k.serve(r, nil)
		return
	}
	q := k.asked.Load()
	if q == nil || !q.answeredBy(r.Message) {
		k.log.Info("input_reply that nobody waits for")
		return
	}
	select {
	case q.answer <- r.Message:
	default: // answered twice
	}
}
