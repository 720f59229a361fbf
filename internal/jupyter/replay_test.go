package jupyter_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

func TestReplay(t *testing.T) {
	c := newCodec()
	if _, err := c.Decode(frames(request(), testKey)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Decode(frames(request(), testKey)); !errors.Is(err, jupyter.ErrReplayed) {
		t.Errorf("the same message again: %v, want ErrReplayed", err)
	}
	parts := request()
	parts[0], parts[5] = "other client", "other buffer" // neither is signed
	if _, err := c.Decode(frames(parts, testKey)); !errors.Is(err, jupyter.ErrReplayed) {
		t.Errorf("the same message from elsewhere: %v, want ErrReplayed", err)
	}
	parts[4] = `{"code":"2"}`
	if _, err := c.Decode(frames(parts, testKey)); err != nil {
		t.Errorf("another message: %v", err)
	}
}

// TestReplayMemory: the last 32,768 messages are remembered whatever comes, and memory stays bounded.
func TestReplayMemory(t *testing.T) {
	c := newCodec()
	send := func(i int) error {
		parts := request()
		parts[4] = fmt.Sprintf(`{"code":"%d"}`, i)
		_, err := c.Decode(frames(parts, testKey))
		return err
	}
	const n = 2*jupyter.ReplayGeneration + 10
	for i := range n {
		if err := send(i); err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
	}
	for _, i := range []int{n - 1, n - 100, n - jupyter.ReplayGeneration} {
		if err := send(i); !errors.Is(err, jupyter.ErrReplayed) {
			t.Errorf("message %d again: %v, want ErrReplayed", i, err)
		}
	}
	if err := send(0); err != nil {
		t.Errorf("the first message is still remembered: %v", err)
	}
}

func TestUnsigned(t *testing.T) {
	c := jupyter.NewCodec(nil)
	for range 2 { // no signature, so no replay either
		if _, err := c.Decode(frames(request(), "")); err != nil {
			t.Error(err)
		}
	}
	if _, err := c.Decode(frames(request(), "a signature nobody looks at")); err != nil {
		t.Error(err)
	}
	parts := request()
	parts[4] = "[]"
	if _, err := c.Decode(frames(parts, "")); err == nil {
		t.Error("content that is a list: no error")
	}
	out, err := c.Encode(&jupyter.Message{Header: jupyter.Header{MsgType: "status"}})
	if err != nil || string(out[0]) != "<IDS|MSG>" || out[1] == nil || len(out[1]) != 0 {
		t.Errorf("encoded %q, %v; want an empty signature", out, err)
	}
}

// TestReflected sends the kernel's own message back to it.
func TestReflected(t *testing.T) {
	c, s := newCodec(), jupyter.NewSession()
	c.RefuseSession(s.ID())
	m, err := s.NewMessage(jupyter.TypeCommMsg, nil, jupyter.CommMsg{CommID: "c"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Decode(out); !errors.Is(err, jupyter.ErrReflected) {
		t.Errorf("error is %v, want ErrReflected", err)
	}
	if _, err := c.Decode(frames(request(), testKey)); err != nil {
		t.Errorf("a client's message: %v", err)
	}
}

// TestCodecConcurrently is for the race detector.
func TestCodecConcurrently(t *testing.T) {
	c, s := newCodec(), jupyter.NewSession()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				m, err := s.NewMessage(jupyter.TypeStatus, nil, jupyter.Status{ExecutionState: jupyter.StateBusy}, nil)
				if err != nil {
					t.Error(err)
					return
				}
				out, err := c.Encode(m)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := c.Decode(out); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
