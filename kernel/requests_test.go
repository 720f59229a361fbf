package kernel_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/internal/jupytertest"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/comm"
)

// requests is one message of each type the kernel answers, and some it does
// not know. The comm exists when they are sent.
var requests = []struct {
	name, socket, msgType string
	content               string
	published             []string // besides busy and idle
	reply                 bool
}{
	{"kernel_info", "shell", "kernel_info_request", `{}`, nil, true},
	{"kernel_info on control", "control", "kernel_info_request", `{}`, nil, true},
	{"comm_info", "shell", "comm_info_request", `{}`, nil, true},
	{"comm_info on control", "control", "comm_info_request", `{}`, nil, true},
	{"comm_info, wrong type", "shell", "comm_info_request", `{"target_name": 1}`, nil, true},
	{"comm_open", "shell", "comm_open", `{"comm_id":"new","target_name":"counter","data":{}}`, []string{"comm_msg"}, false},
	{"comm_open, unknown target", "shell", "comm_open", `{"comm_id":"x","target_name":"no.such","data":{}}`, []string{"comm_close"}, false},
	{"comm_open, wrong type", "shell", "comm_open", `{"comm_id":[]}`, nil, false},
	{"comm_msg", "shell", "comm_msg", `{"comm_id":"one","data":{"add":1}}`, []string{"comm_msg"}, false},
	{"comm_msg, unknown comm", "shell", "comm_msg", `{"comm_id":"none","data":{}}`, nil, false},
	{"comm_msg, null data", "shell", "comm_msg", `{"comm_id":"one","data":null}`, []string{"comm_msg"}, false},
	{"comm_msg, panic", "shell", "comm_msg", `{"comm_id":"one","data":{"panic":true}}`, nil, false},
	{"comm_close", "shell", "comm_close", `{"comm_id":"two","data":{}}`, nil, false},
	{"comm_close, unknown comm", "shell", "comm_close", `{"comm_id":"none","data":{}}`, nil, false},
	{"unknown type", "shell", "no_such", `{}`, nil, false},
	{"unknown type on control", "control", "no_such", `{}`, nil, false},
	{"execute_request on control", "control", "execute_request", `{"code":"value"}`, nil, false},
	{"interrupt without a cell", "shell", "interrupt_request", `{}`, nil, true},
	{"complete", "shell", "complete_request", `{"code":"x","cursor_pos":1}`, nil, true},
	{"complete, wrong type", "shell", "complete_request", `{"code":1}`, nil, true},
	{"inspect", "shell", "inspect_request", `{"code":"x","cursor_pos":1,"detail_level":0}`, nil, true},
	{"inspect, wrong type", "shell", "inspect_request", `{"code":[]}`, nil, true},
	{"is_complete", "shell", "is_complete_request", `{"code":"x"}`, nil, true},
	{"is_complete on control", "control", "is_complete_request", `{"code":"x"}`, nil, true},
	{"is_complete, wrong type", "shell", "is_complete_request", `{"code":{}}`, nil, true},
	{"history", "shell", "history_request", `{"hist_access_type":"tail","n":3,"output":false,"raw":true}`, nil, true},
	{"history on control", "control", "history_request", `{"hist_access_type":"search","pattern":"*"}`, nil, true},
	{"history, unknown type", "shell", "history_request", `{"hist_access_type":"all"}`, nil, true},
	{"history, wrong type", "shell", "history_request", `{"n":"x"}`, nil, true},
}

func TestEveryRequestIsBracketed(t *testing.T) {
	c := startCounter(t, cells{"value": text("1")})
	for _, row := range requests {
		t.Run(row.name, func(t *testing.T) {
			r := c.Send(row.socket, row.msgType, json.RawMessage(row.content))
			r.Idle()
			if row.reply {
				r.Reply()
			}
			want := slices.Concat([]string{"status"}, row.published, []string{"status"})
			if got := types(r.Published()); !slices.Equal(got, want) {
				t.Errorf("published %v, want %v", got, want)
			}
		})
	}
}

// The same while a cell runs: nothing waits for the cell, and after each idle
// the cell's busy is said again.
func TestEveryRequestIsBracketedWhileACellRuns(t *testing.T) {
	b := newBlocker()
	c := startCounter(t, cells{"block": b.cell})
	running := c.Run("block")
	<-b.running
	asked := 0
	for _, row := range requests {
		if row.msgType == "interrupt_request" {
			continue
		}
		t.Run(row.name, func(t *testing.T) {
			r := c.Send(row.socket, row.msgType, json.RawMessage(row.content))
			r.Idle()
			if row.reply {
				r.Reply()
			}
			want := slices.Concat([]string{"status"}, row.published, []string{"status"})
			if got := types(r.Published()); !slices.Equal(got, want) {
				t.Errorf("published %v, want %v", got, want)
			}
		})
		asked++
	}
	close(b.release)
	x := running.Wait()
	if got, want := len(x.Published), 1+1+asked+1; got != want { // busy, input, busy again..., idle
		t.Errorf("the cell has %d messages, want %d: %v", got, want, x.Types())
	}
	afterIdle(t, c, running)
}

// afterIdle checks that while the cell ran every idle of another request was
// followed by the cell's busy.
func afterIdle(t *testing.T, c *jupytertest.Client, running *jupytertest.Request) {
	t.Helper()
	var last string // whose idle came last
	began := false
	for _, m := range c.Messages() {
		if m.Socket != "iopub" {
			continue
		}
		if last != "" && !(running.Caused(m.Message) && state(c, m.Message) == "busy") {
			t.Errorf("after the idle of %s came %s %s", last, m.Header.MsgType, m.Content)
		}
		last = ""
		switch {
		case running.Caused(m.Message):
			began = state(c, m.Message) != "idle"
		case began && state(c, m.Message) == "idle":
			last = string(m.ParentHeader)
		}
	}
}

func state(c *jupytertest.Client, m *jupyter.Message) string {
	var s jupyter.Status
	if m.Header.MsgType == "status" {
		c.Decode(m, &s)
	}
	return s.ExecutionState
}

func types(published []*jupyter.Message) []string {
	return (&jupytertest.Exchange{Published: published}).Types()
}

func TestKernelInfo(t *testing.T) {
	c := start(t, nil)
	want := map[string]any{
		"status": "ok", "protocol_version": "5.4", "implementation": "fake kernel", "implementation_version": "1.2.3",
		"language_info": map[string]any{"name": "fake", "version": "0.1", "mimetype": "text/x-fake", "file_extension": ".fake"},
		"banner":        "a fake", "supported_features": []any{},
		"help_links": []any{map[string]any{"text": "Go", "url": "https://go.dev"}},
	}
	for _, socket := range []string{"shell", "control"} {
		x := c.Send(socket, "kernel_info_request", nil).Wait()
		var got map[string]any
		c.Decode(x.Reply, &got)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("kernel_info_reply on %s:\n%v, want\n%v", socket, got, want)
		}
	}
}

// The welcome is a subscriber's first message, "starting" is said once.
func TestWelcomeAndStarting(t *testing.T) {
	c := start(t, cells{"value": text("1")})
	c.Execute("value")
	var got []string
	for _, m := range c.Messages() {
		if m.Socket == "iopub" && len(got) < 4 {
			got = append(got, m.Header.MsgType+" "+string(m.Content))
			if len(got) <= 2 && string(m.ParentHeader) != "{}" {
				t.Errorf("%s has parent %s, want {}", m.Header.MsgType, m.ParentHeader)
			}
		}
	}
	want := []string{
		`iopub_welcome {"subscription":""}`, `status {"execution_state":"starting"}`,
		`status {"execution_state":"busy"}`, `execute_input {"code":"value","execution_count":1}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("IOPub began with %q, want %q", got, want)
	}
	starting := 0
	for _, m := range c.Messages() {
		if state(c, m.Message) == "starting" {
			starting++
		}
	}
	if starting != 1 {
		t.Errorf("starting was published %d times", starting)
	}
}

func TestSessionIsTheKernelsAndNewEachTime(t *testing.T) {
	first, second := start(t, nil), start(t, nil)
	if first.KernelSession() == second.KernelSession() {
		t.Error("two kernels have one session id")
	}
}

func TestEveryClientGetsItsOwnWelcomeAndReplies(t *testing.T) {
	file := jupytertest.ConnectionFile(t)
	done := make(chan error, 1)
	go func() { done <- kernel.Run(t.Context(), options(file, &fake{cells: cells{"value": text("1")}})) }()
	one, two := jupytertest.Connect(t, file), jupytertest.Connect(t, file)
	r := one.Run("value")
	r.Wait()
	two.Await("the other client's result", func(m jupytertest.Received) bool {
		return r.Caused(m.Message) && m.Header.MsgType == "execute_result"
	})
	two.Execute("value")
	for _, m := range two.Messages() {
		if m.Socket == "shell" && r.Caused(m.Message) {
			t.Errorf("a client got the reply to another's request")
		}
	}
	one.Send("control", "shutdown_request", nil).Wait()
	if err := <-done; err != nil {
		t.Errorf("Run returned %v", err)
	}
}

// startCounter runs a kernel with a second kind of widget than the one this
// project is about: a counter whose page sends {"add": n} and gets {"count": n}
// back. It has the comms one, opened by the page, and two.
func startCounter(t *testing.T, c cells) *jupytertest.Client {
	t.Helper()
	client := start(t, c)
	comm.Active().Register("counter", openCounter)
	for _, id := range []string{"one", "two"} {
		client.Send("shell", "comm_open", map[string]any{"comm_id": id, "target_name": "counter"}).Wait()
	}
	return client
}

func openCounter(c *comm.Comm, m comm.Message) error {
	count := 0
	c.OnMessage(func(m comm.Message) {
		var data struct {
			Add   int
			Panic bool
		}
		json.Unmarshal(m.Data, &data)
		if data.Panic {
			panic("asked to")
		}
		count += data.Add
		c.Send(map[string]int{"count": count}, comm.SendOptions{Parent: m.Parent, Buffers: m.Buffers})
	})
	return c.Send(map[string]int{"count": count}, comm.SendOptions{Parent: m.Parent})
}
