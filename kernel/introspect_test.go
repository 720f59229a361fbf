package kernel_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/internal/jupytertest"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// knowing is a fake that knows the code it is asked about by name.
type knowing struct{ fake }

func (k *knowing) Complete(code string, cursor int) kernel.Completion {
	switch code {
	case "é.pri":
		return kernel.Completion{Start: cursor - 3, End: cursor, Items: []kernel.CompletionItem{
			{Text: "print", Type: "function", Signature: "(v ...any)"}, {Text: "prize", Type: "variable"},
		}}
	case "odd":
		return kernel.Completion{Start: 2, End: 9, Items: []kernel.CompletionItem{{Text: "x"}}}
	case "panic":
		panic("asked to")
	}
	return kernel.Completion{}
}

func (k *knowing) Inspect(code string, cursor, detail int) (*display.Data, bool) {
	switch code {
	case "fmt.Println", "fmt":
		d := display.MakeData(display.MIMETypeText, fmt.Sprint(code, " at ", cursor, " in detail ", detail))
		return &d, true
	case "odd":
		d := display.MakeData("application/json", func() {})
		return &d, true
	case "panic":
		panic("asked to")
	}
	return nil, false
}

func (k *knowing) IsComplete(code string) (status, indent string) {
	if code == "panic" {
		panic("asked to")
	}
	return "incomplete", "\t"
}

func startKnowing(t *testing.T, c cells) *jupytertest.Client {
	t.Helper()
	return jupytertest.Start(t, func(ctx context.Context, file string) error {
		o := options(file, nil)
		o.NewInterpreter = func() (kernel.Interpreter, error) { return &knowing{fake{cells: c}}, nil }
		return kernel.Run(ctx, o)
	})
}

func TestIntrospection(t *testing.T) {
	c := startKnowing(t, nil)
	for _, row := range []struct{ name, msgType, content, want string }{
		{"complete", "complete_request", `{"code":"é.pri","cursor_pos":5}`,
			`{"status":"ok","matches":["print","prize"],"cursor_start":2,"cursor_end":5,"metadata":{"_jupyter_types_experimental":[` +
				`{"end":5,"signature":"(v ...any)","start":2,"text":"print","type":"function"},` +
				`{"end":5,"signature":"","start":2,"text":"prize","type":"variable"}]}}`},
		{"complete at the end", "complete_request", `{"code":"nothing"}`,
			`{"status":"ok","matches":[],"cursor_start":7,"cursor_end":7,"metadata":{}}`},
		{"complete out of range", "complete_request", `{"code":"odd","cursor_pos":1}`,
			`{"status":"ok","matches":[],"cursor_start":1,"cursor_end":1,"metadata":{}}`},
		{"complete panics", "complete_request", `{"code":"panic","cursor_pos":5}`,
			`{"status":"ok","matches":[],"cursor_start":5,"cursor_end":5,"metadata":{}}`},
		{"inspect", "inspect_request", `{"code":"fmt","cursor_pos":2,"detail_level":1}`,
			`{"status":"ok","found":true,"data":{"text/plain":"fmt at 2 in detail 1"},"metadata":{}}`},
		{"inspect finds nothing", "inspect_request", `{"code":"zzz","cursor_pos":3,"detail_level":0}`,
			`{"status":"ok","found":false,"data":{},"metadata":{}}`},
		{"inspect finds what cannot be sent", "inspect_request", `{"code":"odd"}`,
			`{"status":"ok","found":false,"data":{},"metadata":{}}`},
		{"inspect panics", "inspect_request", `{"code":"panic"}`,
			`{"status":"ok","found":false,"data":{},"metadata":{}}`},
		{"is_complete", "is_complete_request", `{"code":"x"}`, `{"status":"incomplete","indent":"\t"}`},
		{"is_complete panics", "is_complete_request", `{"code":"panic"}`, `{"status":"unknown","indent":""}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := string(c.Send("shell", row.msgType, json.RawMessage(row.content)).Wait().Reply.Content); got != row.want {
				t.Errorf("%s\ngot  %s\nwant %s", row.msgType, got, row.want)
			}
		})
	}
}

// An interpreter that knows nothing of this is still asked, and no reply is an
// error.
func TestIntrospectionOfAPlainInterpreter(t *testing.T) {
	c := start(t, nil)
	for _, row := range []struct{ msgType, want string }{
		{"complete_request", `{"status":"ok","matches":[],"cursor_start":1,"cursor_end":1,"metadata":{}}`},
		{"inspect_request", `{"status":"ok","found":false,"data":{},"metadata":{}}`},
		{"is_complete_request", `{"status":"unknown","indent":""}`},
	} {
		if got := string(c.Send("shell", row.msgType, json.RawMessage(`{"code":"é"}`)).Wait().Reply.Content); got != row.want {
			t.Errorf("%s: %s, want %s", row.msgType, got, row.want)
		}
	}
}

// While a cell runs or waits nobody who types has to; afterwards the
// interpreter is asked again, from the reply on.
func TestCompletionDoesNotWaitForACell(t *testing.T) {
	b := newBlocker()
	c := startKnowing(t, cells{"block": b.cell})
	complete := func() int {
		x := c.Send("shell", "complete_request", json.RawMessage(`{"code":"é.pri"}`)).Wait()
		var reply jupyter.CompleteReply
		c.Decode(x.Reply, &reply)
		return len(reply.Matches)
	}
	for range 20 {
		running, waiting := c.Run("block"), c.Run("block")
		<-b.running
		if got := complete(); got != 0 {
			t.Errorf("%d matches while a cell runs", got)
		}
		b.release <- struct{}{}
		running.Reply()
		<-b.running
		if got := complete(); got != 0 {
			t.Errorf("%d matches while the next cell runs", got)
		}
		b.release <- struct{}{}
		waiting.Reply()
		if got := complete(); got != 2 {
			t.Fatalf("%d matches after the reply, want 2", got)
		}
	}
}

// Cells that never ran do not count as running for ever.
func TestCompletionAfterAbortedCells(t *testing.T) {
	c := startKnowing(t, cells{"fails": fails, "value": text("1")})
	first, second := c.Run("fails"), c.Run("value")
	bad := c.Send("shell", "execute_request", json.RawMessage(`{"code":7}`))
	first.Wait()
	second.Wait()
	bad.Wait()
	x := c.Send("shell", "complete_request", json.RawMessage(`{"code":"é.pri"}`)).Wait()
	var reply jupyter.CompleteReply
	if c.Decode(x.Reply, &reply); len(reply.Matches) != 2 {
		t.Errorf("%d matches, want 2", len(reply.Matches))
	}
}

// A name and a question mark come up in the pager.
func TestHelpCell(t *testing.T) {
	c := startKnowing(t, nil)
	for _, row := range []struct{ code, want string }{
		{"fmt.Println?", "fmt.Println at 11 in detail 0"},
		{" fmt.Println?? \n", "fmt.Println at 11 in detail 1"},
	} {
		x := c.Execute(row.code)
		want := fmt.Sprintf(`[{"data":{"text/plain":%q},"source":"page","start":0}]`, row.want)
		var reply struct{ Payload json.RawMessage }
		if c.Decode(x.Reply, &reply); string(reply.Payload) != want {
			t.Errorf("%q: payload %s, want %s", row.code, reply.Payload, want)
		}
	}
	for _, code := range []string{"unknown?", "fmt.Println()?", "?", "fmt.Println???", "a b?"} {
		if got, want := c.Execute(code).Error().EValue, fmt.Sprintf("no cell %q", code); got != want {
			t.Errorf("%q: error %q, want %q", code, got, want)
		}
	}
}

func TestUserExpressions(t *testing.T) {
	c := start(t, cells{"value": text("1"), "nothing": nothing, "fails": fails,
		"panics": func(kernel.Cell) (*display.Data, error) { panic("oh") }})
	x := c.Send("shell", "execute_request", json.RawMessage(
		`{"code":"value","user_expressions":{"a":"value","b":"fails","c":"panics","d":"nothing"}}`)).Wait()
	var reply struct {
		UserExpressions json.RawMessage `json:"user_expressions"`
	}
	c.Decode(x.Reply, &reply)
	want := `{"a":{"status":"ok","data":{"text/plain":"1"},"metadata":{}},` +
		`"b":{"status":"error","ename":"ERROR","evalue":"it failed","traceback":["ERROR: it failed"]},` +
		`"c":{"status":"error","ename":"panic","evalue":"oh","traceback":["panic: oh"]},` +
		`"d":{"status":"ok","data":{},"metadata":{}}}`
	if got := string(reply.UserExpressions); got != want {
		t.Errorf("user_expressions %s, want %s", got, want)
	}
}
