package kernel_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/internal/jupytertest"
)

// Whatever a peer sends is dropped, and the kernel serves on.
func TestBadMessagesAreDropped(t *testing.T) {
	c := start(t, cells{"value": text("1")})
	replace := func(at int, frame string) func([][]byte) [][]byte {
		return func(frames [][]byte) [][]byte {
			frames[at] = []byte(frame)
			return frames
		}
	}
	for _, row := range []struct {
		name   string
		change func(frames [][]byte) [][]byte // of a signed execute_request
	}{
		{"bad signature", replace(1, strings.Repeat("0", 64))},
		{"empty signature", replace(1, "")},
		{"no delimiter", func(f [][]byte) [][]byte { return f[1:] }},
		{"delimiter alone", func(f [][]byte) [][]byte { return f[:1] }},
		{"too short", func(f [][]byte) [][]byte { return f[:4] }},
		{"content changed", replace(5, `{"code":"other"}`)},
		{"one empty frame", func([][]byte) [][]byte { return [][]byte{{}} }},
		{"noise", func([][]byte) [][]byte { return [][]byte{[]byte("just"), []byte("noise")} }},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, socket := range []string{"shell", "control", "stdin"} {
				bad := c.SendWith(socket, "execute_request", map[string]any{"code": "value"}, jupytertest.Options{Frames: row.change})
				if socket != "stdin" {
					c.Send(socket, "kernel_info_request", nil).Wait() // read by the same goroutine
				}
				if got := bad.Published(); len(got) > 0 {
					t.Errorf("on %s it was taken for a request: %v", socket, types(got))
				}
			}
		})
	}
	if x := c.Execute("value"); x.Status() != jupyter.StatusOK {
		t.Errorf("reply %s", x.Reply.Content)
	}
}

func TestReplayIsDropped(t *testing.T) {
	c := start(t, cells{"value": text("1")})
	var frames [][]byte
	r := c.SendWith("shell", "execute_request", map[string]any{"code": "value"}, jupytertest.Options{
		Frames: func(f [][]byte) [][]byte { frames = slices.Clone(f); return f },
	})
	r.Wait()
	c.SendFrames("shell", frames)
	c.Send("shell", "kernel_info_request", nil).Wait()
	c.Execute("value")
	if got := types(r.Published()); len(got) != 4 {
		t.Errorf("a replayed cell ran: %v", got)
	}
}

// Content of the wrong JSON type, signed by a client that has the key.
func TestSignedNonsense(t *testing.T) {
	c := startCounter(t, cells{"value": text("1")})
	deep := []byte(`{"code":` + strings.Repeat("[", 400) + strings.Repeat("]", 400) + `}`)
	for _, msgType := range []string{
		"execute_request", "comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request",
		"interrupt_request", "input_reply", "execute_reply", "status", strings.Repeat("x", 1000),
	} {
		for _, content := range []string{
			`{}`, `{"code":7}`, `{"code":null}`, `{"comm_id":{}}`, `{"comm_id":"","target_name":""}`,
			`{"comm_id":"one","data":[1]}`, `{"comm_id":"one","data":"x"}`, string(deep),
		} {
			c.Send("shell", msgType, json.RawMessage(content)).Idle()
			if msgType != "interrupt_request" {
				c.Send("control", msgType, json.RawMessage(content)).Idle()
			}
		}
	}
	if x := c.Execute("value"); x.Status() != jupyter.StatusOK {
		t.Errorf("reply %s", x.Reply.Content)
	}
}

// What the kernel said cannot be sent back to it, even by who has seen it.
func TestReflectionIsDropped(t *testing.T) {
	c := start(t, cells{"value": text("1")})
	x := c.Execute("value")
	own := x.Published[0]
	frames := [][]byte{[]byte("<IDS|MSG>"), nil, own.RawHeader, own.ParentHeader, own.Metadata, own.Content}
	codec := jupyter.NewCodec([]byte(c.Info.Key))
	signed, err := codec.Encode(own)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(signed, func(f []byte) bool { return bytes.Equal(f, frames[0]) })
	frames[1] = signed[at+1]
	before := len(c.Messages())
	c.SendFrames("shell", frames)
	c.Send("shell", "kernel_info_request", nil).Wait()
	for _, m := range c.Messages()[before:] {
		if bytes.Equal(m.ParentHeader, own.RawHeader) {
			t.Errorf("the kernel answered itself: %s %s", m.Header.MsgType, m.Content)
		}
	}
}
