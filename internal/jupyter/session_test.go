package jupyter_test

import (
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

func TestSession(t *testing.T) {
	s := jupyter.NewSession()
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(s.ID()) {
		t.Errorf("id %q is not a random UUID", s.ID())
	}
	if s.ID() == jupyter.NewSession().ID() {
		t.Error("two sessions have one id")
	}
	seen := map[string]bool{}
	for range 1000 {
		m, err := s.NewMessage(jupyter.TypeStatus, nil, jupyter.Status{ExecutionState: jupyter.StateIdle}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if m.Header.Session != s.ID() || seen[m.Header.MsgID] {
			t.Fatalf("header %+v: another session or a msg_id used before", m.Header)
		}
		seen[m.Header.MsgID] = true
	}
}

// TestNewMessage has all of a message, at a fixed time in a zone that must not show.
func TestNewMessage(t *testing.T) {
	s := jupyter.NewSession()
	s.SetClock(func() time.Time {
		return time.Date(2026, 1, 2, 3, 4, 5, 678_900_000, time.FixedZone("", 3600))
	})
	parent := json.RawMessage(`{"msg_id": "m1", "extra": null}`)
	m, err := s.NewMessage(jupyter.TypeStream, parent, jupyter.Stream{Name: jupyter.Stdout, Text: "<&>"}, map[string]any{"a": 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct{ name, got, want string }{
		{"header", string(m.RawHeader), `{"msg_id":"` + s.ID() + `_1","session":"` + s.ID() + `","username":"kernel","date":"2026-01-02T02:04:05.678900Z","msg_type":"stream","version":"5.4"}`},
		{"parent", string(m.ParentHeader), string(parent)},
		{"metadata", string(m.Metadata), `{"a":1}`},
		{"content", string(m.Content), `{"name":"stdout","text":"<&>"}`},
	} {
		if part.got != part.want {
			t.Errorf("%s is %s, want %s", part.name, part.got, part.want)
		}
	}
}

// TestNewMessageNeverNull has everything that could come out as null.
func TestNewMessageNeverNull(t *testing.T) {
	var (
		noMap    map[string]any
		noRaw    json.RawMessage
		noStruct *jupyter.Stream
	)
	for name, empty := range map[string]any{
		"nil": nil, "nil map": noMap, "nil RawMessage": noRaw, "nil pointer": noStruct,
		"empty RawMessage": json.RawMessage(""), "RawMessage null": json.RawMessage("null"),
	} {
		m, err := jupyter.NewSession().NewMessage("t", noRaw, empty, empty)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if string(m.ParentHeader) != "{}" || string(m.Metadata) != "{}" || string(m.Content) != "{}" {
			t.Errorf("%s: parent %s, metadata %s, content %s", name, m.ParentHeader, m.Metadata, m.Content)
		}
	}
}

func TestNewMessageErrors(t *testing.T) {
	tests := []struct {
		name              string
		parent            json.RawMessage
		content, metadata any
		part              string
	}{
		{"content is a list", nil, []int{1}, nil, "content"},
		{"content is text", nil, "text", nil, "content"},
		{"content with NaN", nil, map[string]any{"a": math.NaN()}, nil, "content"},
		{"content with a channel", nil, map[string]any{"a": make(chan int)}, nil, "content"},
		{"metadata is a number", nil, nil, 1, "metadata"},
		{"parent is a list", json.RawMessage(`[]`), nil, nil, "parent_header"},
		{"data of a display with NaN", nil, jupyter.DisplayData{Data: map[string]any{"a": math.Inf(1)}}, nil, "content"},
		{"payload with a function", nil, jupyter.ExecuteReply{Payload: []any{func() {}}}, nil, "content"},
		{"comm data that is no JSON", nil, jupyter.CommMsg{Data: jupyter.Raw(`{`)}, nil, "content"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := jupyter.NewSession().NewMessage("some_type", tt.parent, tt.content, tt.metadata)
			var got *jupyter.ContentError
			if !errors.As(err, &got) || got.MsgType != "some_type" || got.Part != tt.part {
				t.Errorf("error is %v, want one about %s", err, tt.part)
			}
		})
	}
}
