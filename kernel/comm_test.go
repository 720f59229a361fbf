package kernel_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupytertest"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/comm"
	"github.com/ipyauth/ipyauth/kernel/display"
)

func TestCounterWidget(t *testing.T) {
	c := startCounter(t, nil)
	buffers := [][]byte{{0, 1, 2}, {}, []byte("<IDS|MSG>")}
	r := c.SendWith("shell", "comm_msg", json.RawMessage(`{"comm_id":"one","data":{"add":2}}`), jupytertest.Options{Buffers: buffers})
	r.Idle()
	answer := r.Next("comm_msg")
	if got, want := string(answer.Content), `{"comm_id":"one","data":{"count":2}}`; got != want {
		t.Errorf("answer %s, want %s", got, want)
	}
	if !slices.EqualFunc(answer.Buffers, buffers, bytes.Equal) {
		t.Errorf("buffers %q, want %q", answer.Buffers, buffers)
	}
	again := c.Send("shell", "comm_msg", json.RawMessage(`{"comm_id":"one","data":{"add":3}}`))
	if got, want := string(again.Next("comm_msg").Content), `{"comm_id":"one","data":{"count":5}}`; got != want {
		t.Errorf("second answer %s, want %s", got, want)
	}
}

func TestCommMessagesKeepTheirOrder(t *testing.T) {
	c := startCounter(t, nil)
	const n = 200
	var last *jupytertest.Request
	for range n {
		last = c.Send("shell", "comm_msg", json.RawMessage(`{"comm_id":"one","data":{"add":1}}`))
	}
	last.Idle()
	var counts []int
	for _, m := range c.Messages() {
		var content struct {
			ID   string `json:"comm_id"`
			Data struct{ Count int }
		}
		if m.Socket == "iopub" && m.Header.MsgType == "comm_msg" {
			if c.Decode(m.Message, &content); content.ID == "one" {
				counts = append(counts, content.Data.Count)
			}
		}
	}
	if len(counts) != n+1 || !slices.IsSorted(counts) {
		t.Errorf("counts %v", counts)
	}
}

func TestCommInfo(t *testing.T) {
	c := startCounter(t, nil)
	counter := map[string]any{"target_name": "counter"}
	for _, row := range []struct {
		name, content string
		comms         map[string]any
	}{
		{"all", `{}`, map[string]any{"one": counter, "two": counter}},
		{"null target", `{"target_name":null}`, map[string]any{"one": counter, "two": counter}},
		{"by target", `{"target_name":"counter"}`, map[string]any{"one": counter, "two": counter}},
		{"other target", `{"target_name":"jupyter.widget"}`, map[string]any{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			x := c.Send("shell", "comm_info_request", json.RawMessage(row.content)).Wait()
			var got map[string]any
			c.Decode(x.Reply, &got)
			if want := map[string]any{"status": "ok", "comms": row.comms}; !reflect.DeepEqual(got, want) {
				t.Errorf("comm_info_reply %v, want %v", got, want)
			}
		})
	}
	c.Send("shell", "comm_close", json.RawMessage(`{"comm_id":"two"}`)).Wait()
	x := c.Send("shell", "comm_info_request", nil).Wait()
	if got, want := string(x.Reply.Content), `{"status":"ok","comms":{"one":{"target_name":"counter"}}}`; got != want {
		t.Errorf("after the close: %s, want %s", got, want)
	}
}

func TestUnknownTargetIsClosedOnIOPub(t *testing.T) {
	c := start(t, nil)
	r := c.Send("shell", "comm_open", json.RawMessage(`{"comm_id":"abc","target_name":"no.such"}`))
	if got, want := string(r.Next("comm_close").Content), `{"comm_id":"abc","data":{}}`; got != want {
		t.Errorf("comm_close %s, want %s", got, want)
	}
}

// A cell opens a comm and blocks until the page has answered: what a sign-in
// widget does.
func TestACellWaitsForThePage(t *testing.T) {
	c := start(t, cells{"ask": func(c kernel.Cell) (*display.Data, error) {
		answer := make(chan string, 1)
		_, err := comm.Active().Open("asker", comm.OpenOptions{
			ID: "q", Data: map[string]any{"html": "<b>who?</b>"}, Metadata: map[string]any{"version": "2.1.0"},
			OnMessage: func(m comm.Message) { answer <- string(m.Data) },
		})
		if err != nil {
			return nil, err
		}
		select {
		case a := <-answer:
			return text(a)(c)
		case <-c.Context.Done():
			return nil, c.Context.Err()
		}
	}})
	r := c.Run("ask")
	open := r.Next("comm_open") // its parent is the cell
	if got, want := string(open.Content), `{"comm_id":"q","target_name":"asker","data":{"html":"<b>who?</b>"}}`; got != want {
		t.Errorf("comm_open %s, want %s", got, want)
	}
	if got, want := string(open.Metadata), `{"version":"2.1.0"}`; got != want {
		t.Errorf("metadata %s, want %s", got, want)
	}
	c.Send("shell", "comm_msg", json.RawMessage(`{"comm_id":"q","data":{"name":"me"}}`)).Wait()
	if got := r.Wait().Content("execute_result")["data"]; !reflect.DeepEqual(got, map[string]any{"text/plain": `{"name":"me"}`}) {
		t.Errorf("result %v", got)
	}
}

// What nothing caused has {} as parent, never null: front ends read properties
// of it.
func TestMessagesWithoutCause(t *testing.T) {
	c := start(t, cells{"open and close": func(kernel.Cell) (*display.Data, error) {
		opened, err := comm.Active().Open("timer", comm.OpenOptions{ID: "t"})
		if err != nil {
			return nil, err
		}
		if err := opened.Send(map[string]any{"tick": 1}, comm.SendOptions{}); err != nil {
			return nil, err
		}
		return nil, opened.Close(nil)
	}})
	c.Execute("open and close")
	for _, msgType := range []string{"comm_msg", "comm_close"} {
		m := c.Await(msgType, func(m jupytertest.Received) bool { return m.Header.MsgType == msgType })
		if string(m.ParentHeader) != "{}" || string(m.Metadata) != "{}" {
			t.Errorf("%s has parent %s and metadata %s", msgType, m.ParentHeader, m.Metadata)
		}
	}
}

func TestAHandlerThatEndsItsGoroutine(t *testing.T) {
	c := startCounter(t, nil)
	comm.Active().Register("bad", func(*comm.Comm, comm.Message) error {
		runtime.Goexit()
		return nil
	})
	c.Send("shell", "comm_open", json.RawMessage(`{"comm_id":"b","target_name":"bad"}`)).Wait()
	r := c.Send("shell", "comm_msg", json.RawMessage(`{"comm_id":"one","data":{"add":1}}`))
	r.Next("comm_msg")
}
