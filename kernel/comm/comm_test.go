package comm_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/ipyauth/ipyauth/kernel/comm"
)

// sent is an Outgoing as it goes on the wire.
type sent struct {
	Type, Parent, Content, Metadata string
	Buffers                         [][]byte
}

// page records what the kernel would publish.
type page struct {
	mu   sync.Mutex
	sent []sent
	fail error
}

func (p *page) publish(o comm.Outgoing) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		return p.fail
	}
	content, err := json.Marshal(o.Content)
	if err != nil {
		return err
	}
	metadata, err := json.Marshal(o.Metadata)
	if err != nil {
		return err
	}
	p.sent = append(p.sent, sent{o.Type, string(o.Parent), string(content), string(metadata), o.Buffers})
	return nil
}

// last gives what was sent since it was called last.
func (p *page) last() []sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	got := p.sent
	p.sent = nil
	return got
}

func newManager() (*comm.Manager, *page) {
	p := &page{}
	return comm.NewManager(p.publish, func() json.RawMessage { return json.RawMessage(`"cell"`) }), p
}

func expect(t *testing.T, p *page, want ...sent) {
	t.Helper()
	if got := p.last(); !reflect.DeepEqual(got, want) {
		t.Errorf("sent %+v\nwant %+v", got, want)
	}
}

func TestOpenFromTheKernel(t *testing.T) {
	m, p := newManager()
	var nilMap map[string]any
	for _, row := range []struct {
		name string
		o    comm.OpenOptions
		want sent
	}{
		{"plain", comm.OpenOptions{ID: "1"}, sent{"comm_open", `"cell"`, `{"comm_id":"1","target_name":"t","data":{}}`, "{}", nil}},
		{"nil map", comm.OpenOptions{ID: "2", Data: nilMap}, sent{"comm_open", `"cell"`, `{"comm_id":"2","target_name":"t","data":{}}`, "{}", nil}},
		{"data", comm.OpenOptions{ID: "3", Data: map[string]int{"a": 1}, Metadata: map[string]any{"version": "2.1.0"}},
			sent{"comm_open", `"cell"`, `{"comm_id":"3","target_name":"t","data":{"a":1}}`, `{"version":"2.1.0"}`, nil}},
		{"parent and buffers", comm.OpenOptions{ID: "4", Parent: json.RawMessage(`"p"`), Buffers: [][]byte{{1}}},
			sent{"comm_open", `"p"`, `{"comm_id":"4","target_name":"t","data":{}}`, "{}", [][]byte{{1}}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			c, err := m.Open("t", row.o)
			if err != nil {
				t.Fatal(err)
			}
			if c.ID() != row.o.ID || c.Target() != "t" {
				t.Errorf("comm %q of %q", c.ID(), c.Target())
			}
			expect(t, p, row.want)
		})
	}
	want := map[string]string{"1": "t", "2": "t", "3": "t", "4": "t"}
	if got := m.Info("t"); !reflect.DeepEqual(got, want) {
		t.Errorf("Info %v, want %v", got, want)
	}
	if got := m.Info("other"); len(got) != 0 {
		t.Errorf("Info of another target %v", got)
	}
}

func TestFreshIDsDiffer(t *testing.T) {
	m, _ := newManager()
	seen := map[string]bool{}
	for range 100 {
		c, err := m.Open("t", comm.OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if seen[c.ID()] || len(c.ID()) != 32 {
			t.Fatalf("id %q", c.ID())
		}
		seen[c.ID()] = true
	}
}

func TestOpenErrors(t *testing.T) {
	m, p := newManager()
	if _, err := m.Open("t", comm.OpenOptions{ID: "taken"}); err != nil {
		t.Fatal(err)
	}
	p.last()
	gone := errors.New("socket is gone")
	for _, row := range []struct {
		name string
		o    comm.OpenOptions
		fail error
		want error // nil: any
	}{
		{"id in use", comm.OpenOptions{ID: "taken"}, nil, comm.ErrExists},
		{"data is no object", comm.OpenOptions{Data: []int{1}}, nil, nil},
		{"data is no JSON", comm.OpenOptions{Data: func() {}}, nil, nil},
		{"not published", comm.OpenOptions{}, gone, gone},
	} {
		t.Run(row.name, func(t *testing.T) {
			p.fail = row.fail
			defer func() { p.fail = nil }()
			c, err := m.Open("t", row.o)
			if c != nil || err == nil || row.want != nil && !errors.Is(err, row.want) {
				t.Errorf("Open = %v, %v; want %v", c, err, row.want)
			}
			expect(t, p)
			if len(m.Info("")) != 1 {
				t.Errorf("it is open: %v", m.Info(""))
			}
		})
	}
}

func TestConversation(t *testing.T) {
	m, p := newManager()
	var got []string
	m.Register("echo", func(c *comm.Comm, msg comm.Message) error {
		got = append(got, "open "+string(msg.Data)+string(msg.Metadata))
		c.OnMessage(func(msg comm.Message) {
			got = append(got, "message "+string(msg.Data))
			c.Send(msg.Data, comm.SendOptions{Parent: msg.Parent, Buffers: msg.Buffers, Metadata: map[string]any{"m": 1}})
		})
		c.OnClose(func(msg comm.Message) {
			got = append(got, "close "+string(msg.Data))
			if err := c.Send(nil, comm.SendOptions{}); !errors.Is(err, comm.ErrClosed) {
				t.Errorf("send on a closed comm: %v", err)
			}
		})
		return nil
	})
	message := comm.Message{Parent: json.RawMessage(`"p"`), Data: json.RawMessage(`{"x":1}`), Buffers: [][]byte{{7}}}
	for _, err := range []error{
		m.HandleOpen("e", "echo", comm.Message{Data: json.RawMessage("null")}),
		m.HandleMessage("e", message),
		m.HandleClose("e", comm.Message{}),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if want := []string{"open {}{}", `message {"x":1}`, "close {}"}; !slices.Equal(got, want) {
		t.Errorf("handlers saw %q, want %q", got, want)
	}
	expect(t, p, sent{"comm_msg", `"p"`, `{"comm_id":"e","data":{"x":1}}`, `{"m":1}`, [][]byte{{7}}})
	if err := m.HandleMessage("e", message); !errors.Is(err, comm.ErrUnknownComm) {
		t.Errorf("message to a closed comm: %v", err)
	}
	if err := m.HandleClose("e", message); !errors.Is(err, comm.ErrUnknownComm) {
		t.Errorf("close of a closed comm: %v", err)
	}
}

func TestCloseByTheKernel(t *testing.T) {
	m, p := newManager()
	c, err := m.Open("t", comm.OpenOptions{ID: "1", OnClose: func(comm.Message) { t.Error("OnClose was called for our own close") }})
	if err != nil {
		t.Fatal(err)
	}
	p.last()
	if err := c.Close([]int{}); err == nil {
		t.Error("closed with data that is no object")
	}
	for range 2 {
		if err := c.Close(map[string]any{"why": "done"}); err != nil {
			t.Error(err)
		}
	}
	expect(t, p, sent{"comm_close", "", `{"comm_id":"1","data":{"why":"done"}}`, "{}", nil})
	if err := c.Send(nil, comm.SendOptions{}); !errors.Is(err, comm.ErrClosed) {
		t.Errorf("send: %v", err)
	}
}

func TestRefusedOpens(t *testing.T) {
	refused := errors.New("not you")
	closed := sent{"comm_close", `"p"`, `{"comm_id":"x","data":{}}`, "{}", nil}
	for _, row := range []struct {
		name, id, target string
		open             func(*comm.Comm, comm.Message) error
		want             error // nil: a *comm.PanicError
		sent             []sent
	}{
		{"unknown target", "x", "other", nil, comm.ErrUnknownTarget, []sent{closed}},
		{"handler refuses", "x", "t", func(*comm.Comm, comm.Message) error { return refused }, refused, []sent{closed}},
		{"handler panics", "x", "t", func(*comm.Comm, comm.Message) error { panic("broken") }, nil, []sent{closed}},
		{"handler closes and refuses", "x", "t", func(c *comm.Comm, m comm.Message) error { c.Close(nil); return refused }, refused,
			[]sent{{"comm_close", "", `{"comm_id":"x","data":{}}`, "{}", nil}}},
		{"id in use", "taken", "t", func(*comm.Comm, comm.Message) error { return nil }, comm.ErrExists, nil},
		{"no id", "", "t", func(*comm.Comm, comm.Message) error { return nil }, comm.ErrExists, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			m, p := newManager()
			if _, err := m.Open("mine", comm.OpenOptions{ID: "taken"}); err != nil {
				t.Fatal(err)
			}
			p.last()
			m.Register("t", row.open)
			err := m.HandleOpen(row.id, row.target, comm.Message{Parent: json.RawMessage(`"p"`)})
			var panicked *comm.PanicError
			if row.want != nil && !errors.Is(err, row.want) || row.want == nil && !errors.As(err, &panicked) {
				t.Errorf("error %v, want %v", err, row.want)
			}
			expect(t, p, row.sent...)
			if got := m.Info(""); len(got) != 1 || got["taken"] != "mine" {
				t.Errorf("open comms %v", got)
			}
		})
	}
}

func TestPanicInAHandlerClosesNothing(t *testing.T) {
	m, _ := newManager()
	_, err := m.Open("t", comm.OpenOptions{ID: "1", OnMessage: func(comm.Message) { panic("broken") }})
	if err != nil {
		t.Fatal(err)
	}
	var panicked *comm.PanicError
	if err := m.HandleMessage("1", comm.Message{}); !errors.As(err, &panicked) || panicked.Value != "broken" {
		t.Errorf("error %v", err)
	}
	if len(m.Info("")) != 1 {
		t.Error("the comm is closed")
	}
}

func TestUnregister(t *testing.T) {
	m, _ := newManager()
	m.Register("t", func(*comm.Comm, comm.Message) error { return nil })
	m.Register("t", nil)
	if err := m.HandleOpen("1", "t", comm.Message{}); !errors.Is(err, comm.ErrUnknownTarget) {
		t.Errorf("error %v", err)
	}
}

func TestMessageWithoutHandlerIsDropped(t *testing.T) {
	m, p := newManager()
	if _, err := m.Open("t", comm.OpenOptions{ID: "1"}); err != nil {
		t.Fatal(err)
	}
	p.last()
	if err := m.HandleMessage("1", comm.Message{}); err != nil {
		t.Error(err)
	}
	if err := m.HandleClose("1", comm.Message{}); err != nil {
		t.Error(err)
	}
	expect(t, p)
}

func TestManyGoroutines(t *testing.T) {
	m, p := newManager()
	m.Register("t", func(c *comm.Comm, _ comm.Message) error {
		c.OnMessage(func(msg comm.Message) { c.Send(msg.Data, comm.SendOptions{}) })
		return nil
	})
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 50 {
				id := fmt.Sprint(g, "-", i)
				if err := m.HandleOpen(id, "t", comm.Message{}); err != nil {
					t.Error(err)
				}
				c, err := m.Open("t", comm.OpenOptions{})
				if err != nil {
					t.Error(err)
					return
				}
				c.OnMessage(func(comm.Message) {})
				m.HandleMessage(id, comm.Message{})
				m.Info("t")
				m.HandleClose(id, comm.Message{})
				c.Close(nil)
			}
		})
	}
	all.Wait()
	if got, want := len(p.last()), 8*50*3; got != want {
		t.Errorf("%d messages were sent, want %d", got, want)
	}
	if len(m.Info("")) != 0 {
		t.Errorf("still open: %v", m.Info(""))
	}
}

func TestBind(t *testing.T) {
	if comm.Active() != nil {
		t.Fatal("there is a manager outside a kernel")
	}
	first, _ := newManager()
	second, _ := newManager()
	unbindFirst := comm.Bind(first)
	unbindSecond := comm.Bind(second)
	if comm.Active() != second {
		t.Error("the last one does not count")
	}
	unbindSecond()
	unbindSecond()
	if comm.Active() != first {
		t.Error("the first is not back")
	}
	unbindFirst()
	if comm.Active() != nil {
		t.Error("it is still bound")
	}
}
