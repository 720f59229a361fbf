package kernel

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/kernel/comm"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// wire stands in for the sockets: it decodes what the kernel sends.
type wire struct {
	t     testing.TB
	codec *jupyter.Codec
	idle  chan struct{}

	mu        sync.Mutex
	published []*jupyter.Message
	replies   []*jupyter.Message
}

func (w *wire) Recv(ctx context.Context) ([][]byte, error) { <-ctx.Done(); return nil, ctx.Err() }

func (w *wire) Send(frames [][]byte) error {
	w.replies = append(w.replies, w.decode(frames))
	return nil
}

func (w *wire) Publish(frames [][]byte) error {
	m := w.decode(frames)
	w.mu.Lock()
	w.published = append(w.published, m)
	w.mu.Unlock()
	var s jupyter.Status
	if m.Header.MsgType == jupyter.TypeStatus && m.Decode(&s) == nil && s.ExecutionState == jupyter.StateIdle {
		w.idle <- struct{}{}
	}
	return nil
}

func (w *wire) decode(frames [][]byte) *jupyter.Message {
	m, err := w.codec.Decode(frames)
	if err != nil {
		w.t.Errorf("the kernel sent a bad message: %v", err)
		return &jupyter.Message{}
	}
	return m
}

type fuzzed struct{}

func (fuzzed) Language() Language { return Language{} }
func (fuzzed) Interrupt()         {}
func (fuzzed) Execute(c Cell) (*display.Data, error) {
	d := display.MakeData(display.MIMETypeText, c.Code)
	return &d, nil
}

// What it answers has the code in it, and the positions as they came.
func (fuzzed) Complete(code string, cursor int) Completion {
	return Completion{Start: cursor - 1, End: cursor, Items: []CompletionItem{{Text: code}}}
}

func (fuzzed) Inspect(code string, cursor, detail int) (*display.Data, bool) {
	_ = []rune(code)[:cursor] // never out of range
	d := display.MakeData(display.MIMETypeText, code)
	return &d, detail < 2
}

func (fuzzed) IsComplete(code string) (status, indent string) { return jupyter.CodeIncomplete, code }

// FuzzDispatch gives the kernel any message a client that has the key can
// sign. Whatever it is, it is bracketed by busy and idle, everything sent
// because of it is well formed, and the kernel serves on.
func FuzzDispatch(f *testing.F) {
	for msgType, content := range map[string]string{
		"execute_request":     `{"code":"1","silent":false,"store_history":true,"allow_stdin":true,"stop_on_error":true}`,
		"complete_request":    `{"code":"é.x","cursor_pos":3}`,
		"inspect_request":     `{"code":"é.x","cursor_pos":2,"detail_level":1}`,
		"is_complete_request": `{"code":"x := ["}`,
		"history_request":     `{"hist_access_type":"search","pattern":"*é?","n":2,"unique":true,"output":true}`,
		"kernel_info_request": `{}`,
		"comm_open":           `{"comm_id":"b","target_name":"echo","data":{"a":[1]}}`,
		"comm_msg":            `{"comm_id":"a","data":{"method":"update"}}`,
		"comm_close":          `{"comm_id":"a","data":{}}`,
		"comm_info_request":   `{"target_name":"echo"}`,
		"shutdown_request":    `{"restart":true}`,
		"interrupt_request":   `{}`,
		"no_such_request":     `{"x":null}`,
	} {
		f.Add(msgType, []byte(content), []byte(`{"version":"1"}`), false)
		f.Add(msgType, []byte(`{"code":7,"comm_id":[],"restart":{},"target_name":1}`), []byte(`{}`), true)
	}
	f.Fuzz(func(t *testing.T, msgType string, content, metadata []byte, control bool) {
		if msgType == "" {
			t.Skip()
		}
		w := &wire{t: t, codec: jupyter.NewCodec(nil), idle: make(chan struct{}, 16)}
		k := newKernel(t.Context(), slog.New(slog.DiscardHandler), "")
		k.shell, k.control, k.stdin = &channel{"shell", w}, &channel{"control", w}, &channel{"stdin", w}
		k.iopub.socket = w
		k.waited = true
		k.manager.Register("echo", func(c *comm.Comm, m comm.Message) error {
			c.OnMessage(func(m comm.Message) { c.Send(m.Data, comm.SendOptions{Parent: m.Parent, Buffers: m.Buffers}) })
			return nil
		})
		if err := k.manager.HandleOpen("a", "echo", comm.Message{}); err != nil {
			t.Fatal(err)
		}
		var lanes sync.WaitGroup
		ready := make(chan error, 1)
		lanes.Go(func() {
			k.serveCells(Options{NewInterpreter: func() (Interpreter, error) { return fuzzed{}, nil }}, ready)
		})
		if err := <-ready; err != nil {
			t.Fatal(err)
		}
		lanes.Go(func() { k.serveLane(k.comms) })
		lanes.Go(func() { k.serveLane(k.quick) })
		defer func() { k.end(nil); lanes.Wait() }()

		header, err := json.Marshal(jupyter.Header{MsgID: "m", Session: "s", MsgType: msgType})
		if err != nil {
			t.Fatal(err)
		}
		from := k.shell
		if control {
			from = k.control
		}
		m, err := k.codec.Decode([][]byte{[]byte("peer"), []byte("<IDS|MSG>"), nil, header, []byte("{}"), metadata, content, []byte("buffer")})
		if err != nil {
			t.Skip() // never dispatched
		}
		if r := (&request{Message: m, from: from}); control {
			k.fromControl(r)
		} else {
			k.fromShell(r)
		}
		w.waitIdle()
		w.check(m)
		if msgType == jupyter.TypeShutdownRequest {
			<-k.life.Done()
			return
		}
		info := *m
		info.Header.MsgType = jupyter.TypeKernelInfoRequest
		k.fromShell(&request{Message: &info, from: k.shell})
		w.waitIdle()
		if last := w.replies[len(w.replies)-1]; last.Header.MsgType != jupyter.TypeKernelInfoReply {
			t.Errorf("after it kernel_info was answered by %s", last.Header.MsgType)
		}
	})
}

func (w *wire) waitIdle() {
	w.t.Helper()
	select {
	case <-w.idle:
	case <-time.After(5 * time.Second):
		w.t.Fatal("no idle")
	}
}

// check looks at what was published because of one request.
func (w *wire) check(request *jupyter.Message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, m := range w.published {
		if string(m.ParentHeader) != string(request.RawHeader) {
			w.t.Errorf("%s has parent %s, want %s", m.Header.MsgType, m.ParentHeader, request.RawHeader)
		}
		var s jupyter.Status
		if m.Header.MsgType == jupyter.TypeStatus {
			if err := m.Decode(&s); err != nil {
				w.t.Error(err)
			}
		}
		want := map[int]string{0: jupyter.StateBusy, len(w.published) - 1: jupyter.StateIdle}[i]
		if s.ExecutionState != want {
			w.t.Errorf("message %d of %d has state %q, want %q", i, len(w.published), s.ExecutionState, want)
		}
	}
}
