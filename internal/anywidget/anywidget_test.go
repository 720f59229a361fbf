package anywidget_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/ipyauth/ipyauth/internal/anywidget"
	"github.com/ipyauth/ipyauth/kernel/comm"
)

var update = flag.Bool("update", false, "rewrite golden files")

// frontEnd is what a browser tab sees of a kernel: the messages it gets, and the lane
// its own messages arrive on.
type frontEnd struct {
	t     *testing.T
	comms *comm.Manager
	got   []comm.Outgoing
}

var (
	cellHeader = json.RawMessage(`{"msg_id":"cell"}`)
	tabHeader  = json.RawMessage(`{"msg_id":"tab"}`)
)

func newFrontEnd(t *testing.T) *frontEnd {
	f := &frontEnd{t: t}
	f.comms = comm.NewManager(func(o comm.Outgoing) error {
		f.got = append(f.got, o)
		return nil
	}, func() json.RawMessage { return cellHeader })
	return f
}

// take returns the messages since the last call, as JSON text.
func (f *frontEnd) take() []string {
	f.t.Helper()
	var out []string
	for _, o := range f.got {
		content, err := json.Marshal(o.Content)
		if err != nil {
			f.t.Fatal(err)
		}
		out = append(out, o.Type+" parent="+string(o.Parent)+" "+string(content))
	}
	f.got = nil
	return out
}

func (f *frontEnd) send(id, data string, buffers ...[]byte) {
	f.comms.HandleMessage(id, comm.Message{Parent: tabHeader, Data: json.RawMessage(data), Buffers: buffers})
}

func (f *frontEnd) model(o anywidget.Options) (*anywidget.Model, string) {
	f.t.Helper()
	m := anywidget.For(f.comms).New(o)
	id, err := m.Open()
	if err != nil {
		f.t.Fatal(err)
	}
	return m, id
}

func baseline() anywidget.Options {
	return anywidget.Options{ID: "test.Counter", ESM: "export default {}", CSS: ".c{}",
		State: map[string]any{"n": 1, "status": "kernel's"}, Writable: []string{"n"},
		Text: func() string { return "counter" }}
}

func TestCommOpenIsWhatFrontEndsAccept(t *testing.T) {
	f := newFrontEnd(t)
	m, id := f.model(baseline())
	if len(f.got) != 1 {
		t.Fatalf("messages = %d, want one comm_open", len(f.got))
	}
	open := f.got[0]
	content, _ := json.Marshal(open.Content)
	var fields map[string]any
	if err := json.Unmarshal(content, &fields); err != nil {
		t.Fatal(err)
	}
	if fields["comm_id"] != id {
		t.Errorf("comm_id = %v, want the model's id %q", fields["comm_id"], id)
	}
	fields["comm_id"] = "ID"
	pretty, _ := json.MarshalIndent(map[string]any{"type": open.Type, "parent": open.Parent,
		"metadata": open.Metadata, "content": fields}, "", "  ")
	golden(t, "comm_open.json", append(pretty, '\n'))

	bundle, err := m.Bundle()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"text/plain": "counter",
		"application/vnd.jupyter.widget-view+json": map[string]any{"version_major": 2, "version_minor": 0, "model_id": id}}
	if !reflect.DeepEqual(bundle, want) {
		t.Errorf("bundle = %v, want %v", bundle, want)
	}
	if len(f.got) != 1 {
		t.Errorf("a second display sent %d more messages, want the open comm to be used again", len(f.got)-1)
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs (go test -update rewrites it):\n%s", name, got)
	}
}

func TestMessagesFromTheFrontEnd(t *testing.T) {
	const tab = ` parent={"msg_id":"tab"} `
	rows := []struct {
		name, data string
		want       []string
	}{
		{"own key is echoed", `{"method":"update","state":{"n":2},"buffer_paths":[]}`,
			[]string{"comm_msg" + tab + `{"comm_id":"ID","data":{"buffer_paths":[],"method":"echo_update","state":{"n":2}}}`}},
		{"kernel's key is put back", `{"method":"update","state":{"status":"forged"}}`,
			[]string{"comm_msg" + tab + `{"comm_id":"ID","data":{"buffer_paths":[],"method":"update","state":{"status":"kernel's"}}}`}},
		{"code key is put back", `{"method":"update","state":{"_css":"evil"}}`,
			[]string{"comm_msg" + tab + `{"comm_id":"ID","data":{"buffer_paths":[],"method":"update","state":{"_css":".c{}"}}}`}},
		{"unknown key is ignored", `{"method":"update","state":{"x":1}}`, nil},
		{"no state", `{"method":"update"}`, nil},
		{"unknown method", `{"method":"backbone","sync_data":{}}`, nil},
		{"not an object", `[1,2]`, nil},
		{"custom without content", `{"method":"custom"}`, nil},
		{"buffer paths that lead nowhere", `{"method":"update","state":{"n":3},"buffer_paths":[["a","b"],[],["n",0]]}`,
			[]string{"comm_msg" + tab + `{"comm_id":"ID","data":{"buffer_paths":[],"method":"echo_update","state":{"n":3}}}`}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			f := newFrontEnd(t)
			_, id := f.model(baseline())
			f.got = nil
			f.send(id, row.data, []byte("x"), []byte("y"), []byte("z"))
			got := f.take()
			for i := range got {
				got[i] = string(replaceID(got[i], id))
			}
			if !reflect.DeepEqual(got, row.want) {
				t.Errorf("got  %q\nwant %q", got, row.want)
			}
		})
	}
}

func replaceID(s, id string) []byte {
	out := []byte{}
	for i := 0; i < len(s); {
		if len(s)-i >= len(id) && s[i:i+len(id)] == id {
			out = append(out, "ID"...)
			i += len(id)
			continue
		}
		out = append(out, s[i])
		i++
	}
	return out
}

// TestReload plays both ways in which a front end asks for models after a page reload.
func TestReload(t *testing.T) {
	f := newFrontEnd(t)
	m, id := f.model(baseline())
	if err := m.Set(map[string]any{"status": "later"}); err != nil {
		t.Fatal(err)
	}
	f.got = nil

	f.send(id, `{"method":"request_state"}`)
	var answer struct {
		Data struct {
			Method string
			State  map[string]any
		}
	}
	if len(f.got) != 1 || string(f.got[0].Parent) != string(tabHeader) {
		t.Fatalf("request_state: %q, want one answer with the request as parent", f.take())
	}
	content, _ := json.Marshal(f.got[0].Content)
	if err := json.Unmarshal(content, &answer); err != nil {
		t.Fatal(err)
	}
	if s := answer.Data.State; answer.Data.Method != "update" || s["status"] != "later" || s["_esm"] != "export default {}" || s["_model_name"] != "AnyModel" {
		t.Errorf("request_state: method %q, state %v, want the whole state", answer.Data.Method, s)
	}

	for _, control := range []string{"tab1", "tab2"} {
		f.got = nil
		f.comms.HandleOpen(control, "jupyter.widget.control", comm.Message{Parent: tabHeader})
		f.send(control, `{"method":"request_states"}`)
		if len(f.got) != 1 {
			t.Fatalf("%s: request_states: %q, want one answer", control, f.take())
		}
		var states struct {
			CommID string `json:"comm_id"`
			Data   struct {
				Method      string
				BufferPaths json.RawMessage `json:"buffer_paths"`
				States      map[string]struct {
					ModelName string `json:"model_name"`
					State     map[string]any
				}
			}
		}
		content, _ := json.Marshal(f.got[0].Content)
		if err := json.Unmarshal(content, &states); err != nil {
			t.Fatal(err)
		}
		if states.CommID != control || states.Data.Method != "update_states" || string(states.Data.BufferPaths) != "[]" {
			t.Errorf("%s: answer %s", control, content)
		}
		if s := states.Data.States[id]; s.ModelName != "AnyModel" || s.State["status"] != "later" {
			t.Errorf("%s: states = %v, want this model's whole state", control, states.Data.States)
		}
	}
}

func TestBuffersTravelApartAndComeBack(t *testing.T) {
	f := newFrontEnd(t)
	options := baseline()
	options.State = map[string]any{"raw": []byte("A"), "deep": map[string]any{"list": []any{1, []byte("B")}}}
	options.Writable = []string{"raw", "deep"}
	var changed map[string]any
	options.OnUpdate = func(c map[string]any) { changed = c }
	_, id := f.model(options)

	open := f.got[0]
	content, _ := json.Marshal(open.Content)
	var sent struct {
		Data struct {
			State       map[string]any
			BufferPaths [][]any `json:"buffer_paths"`
		}
	}
	if err := json.Unmarshal(content, &sent); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for i, p := range sent.Data.BufferPaths {
		path, _ := json.Marshal(p)
		found[string(path)] = string(open.Buffers[i])
	}
	if want := map[string]string{`["raw"]`: "A", `["deep","list",1]`: "B"}; !reflect.DeepEqual(found, want) {
		t.Errorf("buffers = %v, want %v", found, want)
	}
	if _, there := sent.Data.State["raw"]; there {
		t.Error("a buffer was left in the JSON state")
	}

	f.send(id, `{"method":"update","state":{"deep":{"list":[1,null]}},"buffer_paths":[["raw"],["deep","list",1]]}`, []byte("C"), []byte("D"))
	want := map[string]any{"raw": []byte("C"), "deep": map[string]any{"list": []any{1.0, []byte("D")}}}
	if !reflect.DeepEqual(changed, want) {
		t.Errorf("changed = %v, want %v", changed, want)
	}
}

func TestCustomMessages(t *testing.T) {
	f := newFrontEnd(t)
	options := baseline()
	var got []string
	var m *anywidget.Model
	options.OnCustom = func(content json.RawMessage, from comm.Message) {
		got = append(got, string(content))
		_ = m.Send(map[string]any{"answer": true}, &from)
	}
	m, id := f.model(options)
	f.got = nil
	f.send(id, `{"method":"custom","content":{"type":"hello"}}`)
	if len(got) != 1 || got[0] != `{"type":"hello"}` {
		t.Errorf("received %q", got)
	}
	if err := m.Send("unasked", nil); err != nil {
		t.Fatal(err)
	}
	sent := f.take()
	if len(sent) != 2 || sent[0] != `comm_msg parent={"msg_id":"tab"} {"comm_id":"`+id+`","data":{"content":{"answer":true},"method":"custom"}}` {
		t.Errorf("sent %q", sent)
	}
}

func TestAClosedModelOpensAgainAtItsNextDisplay(t *testing.T) {
	f := newFrontEnd(t)
	m, id := f.model(baseline())
	f.comms.HandleClose(id, comm.Message{Parent: tabHeader})
	f.got = nil
	if err := m.Set(map[string]any{"n": 5}); err != nil || len(f.got) != 0 {
		t.Errorf("Set on a closed model: %v, sent %q; want nothing", err, f.take())
	}
	again, err := m.Open()
	if err != nil || again == id {
		t.Fatalf("Open = %q, %v; want a new comm", again, err)
	}
	content, _ := json.Marshal(f.got[0].Content)
	var open struct {
		Data struct{ State map[string]any }
	}
	if err := json.Unmarshal(content, &open); err != nil || open.Data.State["n"] != 5.0 {
		t.Errorf("reopened with %v, %v; want the state that was set meanwhile", open.Data.State["n"], err)
	}
}

func TestOneRegistryPerManager(t *testing.T) {
	f, g := newFrontEnd(t), newFrontEnd(t)
	if anywidget.For(f.comms) != anywidget.For(f.comms) || anywidget.For(f.comms) == anywidget.For(g.comms) {
		t.Error("For must give one registry for each manager")
	}
}
