package kernel_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// badError panics when it is shown.
type badError struct{}

func (badError) Error() string { panic("no text") }

// badValue panics when it is encoded.
type badValue struct{}

func (badValue) MarshalJSON() ([]byte, error) { panic("no JSON") }

func TestExecute(t *testing.T) {
	valueOf := func(m display.MIMEMap) func(kernel.Cell) (*display.Data, error) {
		return func(kernel.Cell) (*display.Data, error) { return &display.Data{Data: m}, nil }
	}
	c := start(t, cells{
		"":        nothing,
		"value":   text("42"),
		"empty":   valueOf(display.MIMEMap{}),
		"fails":   fails,
		"unknown": func(kernel.Cell) (*display.Data, error) { panic("boom") },
		"error panic": func(kernel.Cell) (*display.Data, error) {
			panic(errors.New("an error"))
		},
		"cell error": func(kernel.Cell) (*display.Data, error) {
			return nil, &kernel.CellError{Name: "SyntaxError", Message: "line 1", Traceback: []string{"a", "b"}}
		},
		"bad error": func(kernel.Cell) (*display.Data, error) { return nil, badError{} },
		"bad value": valueOf(display.MIMEMap{"text/plain": badValue{}}),
		"no JSON":   valueOf(display.MIMEMap{"application/json": make(chan int)}),
		"goexit":    func(kernel.Cell) (*display.Data, error) { runtime.Goexit(); return nil, nil },
	})
	for _, row := range []struct {
		code      string
		published []string
		ename     string // "" for a cell that succeeds
		evalue    string
		traceback []string
	}{
		{code: "", published: []string{"status", "execute_input", "status"}},
		{code: "value", published: []string{"status", "execute_input", "execute_result", "status"}},
		{code: "empty", published: []string{"status", "execute_input", "status"}},
		{code: "fails", ename: "ERROR", evalue: "it failed", traceback: []string{"ERROR: it failed"}},
		{code: "unknown", ename: "panic", evalue: "boom", traceback: []string{"panic: boom"}},
		{code: "error panic", ename: "panic", evalue: "an error", traceback: []string{"panic: an error"}},
		{code: "cell error", ename: "SyntaxError", evalue: "line 1", traceback: []string{"a", "b"}},
		{code: "bad error", ename: "panic", evalue: "no text", traceback: []string{"panic: no text"}},
		{code: "bad value", ename: "panic", evalue: "no JSON", traceback: []string{"panic: no JSON"}},
		{code: "no JSON", ename: "ERROR", evalue: "show application/json: json: unsupported type: chan int",
			traceback: []string{"ERROR: show application/json: json: unsupported type: chan int"}},
		{code: "goexit", ename: "ERROR", evalue: "the cell ended its goroutine (runtime.Goexit)",
			traceback: []string{"ERROR: the cell ended its goroutine (runtime.Goexit)"}},
		{code: "value", published: []string{"status", "execute_input", "execute_result", "status"}},
	} {
		t.Run(row.code, func(t *testing.T) {
			x := c.Execute(row.code)
			if row.published == nil {
				row.published = []string{"status", "execute_input", "error", "status"}
			}
			if got := x.Types(); !slices.Equal(got, row.published) {
				t.Errorf("published %v, want %v", got, row.published)
			}
			if row.ename == "" {
				if x.Status() != jupyter.StatusOK {
					t.Errorf("reply %s, want ok", x.Reply.Content)
				}
				return
			}
			got := x.Error()
			want := jupyter.ErrorContent{EName: row.ename, EValue: row.evalue, Traceback: row.traceback}
			if x.Status() != jupyter.StatusError || !reflect.DeepEqual(got.ErrorContent, want) {
				t.Errorf("reply %s, want error %q", x.Reply.Content, want)
			}
			published := x.Content("error")
			if published["ename"] != row.ename || published["evalue"] != row.evalue {
				t.Errorf("published %v, want %q", published, want)
			}
		})
	}
}

func TestExecuteReplyHasEveryField(t *testing.T) {
	c := start(t, cells{"value": text("42")})
	x := c.Execute("value")
	if got, want := string(x.Reply.Content), `{"status":"ok","execution_count":1,"payload":[],"user_expressions":{}}`; got != want {
		t.Errorf("execute_reply %s, want %s", got, want)
	}
	want := map[string]any{"execution_count": 1.0, "data": map[string]any{"text/plain": "42"}, "metadata": map[string]any{}}
	if got := x.Content("execute_result"); !reflect.DeepEqual(got, want) {
		t.Errorf("execute_result %v, want %v", got, want)
	}
	input := map[string]any{"code": "value", "execution_count": 1.0}
	if got := x.Content("execute_input"); !reflect.DeepEqual(got, input) {
		t.Errorf("execute_input %v, want %v", got, input)
	}
}

func TestSilentAndStoreHistory(t *testing.T) {
	var cellsSeen []kernel.Cell
	see := func(c kernel.Cell) (*display.Data, error) {
		cellsSeen = append(cellsSeen, c)
		return text("1")(c)
	}
	c := start(t, cells{"value": see, "fails": fails})
	for _, row := range []struct {
		name      string
		content   string
		published []string
		count     float64 // in the reply
	}{
		{"plain", `{"code":"value"}`, []string{"status", "execute_input", "execute_result", "status"}, 1},
		{"silent", `{"code":"value","silent":true,"store_history":true}`, []string{"status", "status"}, 1},
		{"silent failure", `{"code":"fails","silent":true}`, []string{"status", "status"}, 1},
		{"not stored", `{"code":"value","store_history":false}`, []string{"status", "execute_input", "execute_result", "status"}, 1},
		{"counts on", `{"code":"value"}`, []string{"status", "execute_input", "execute_result", "status"}, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			x := c.Send("shell", "execute_request", json.RawMessage(row.content)).Wait()
			if got := x.Types(); !slices.Equal(got, row.published) {
				t.Errorf("published %v, want %v", got, row.published)
			}
			var reply map[string]any
			c.Decode(x.Reply, &reply)
			if reply["execution_count"] != row.count {
				t.Errorf("reply %s, want execution_count %v", x.Reply.Content, row.count)
			}
		})
	}
	c.Execute("value") // orders what the cells saw before what the test reads
	if got := cellsSeen[1]; !got.Silent || got.Count != 1 {
		t.Errorf("the silent cell saw Silent %v, Count %d", got.Silent, got.Count)
	}
}

func TestMalformedExecuteRequest(t *testing.T) {
	c := start(t, cells{"value": text("1")})
	x := c.Send("shell", "execute_request", json.RawMessage(`{"code": 7}`)).Wait()
	if x.Status() != jupyter.StatusError {
		t.Errorf("reply %s, want an error", x.Reply.Content)
	}
	if x := c.Execute("value"); x.Status() != jupyter.StatusOK {
		t.Errorf("reply %s, want ok", x.Reply.Content)
	}
}

func TestStopOnErrorAbortsTheQueue(t *testing.T) {
	b := newBlocker()
	ran := make(chan string, 8)
	mark := func(c kernel.Cell) (*display.Data, error) { ran <- c.Code; return nil, nil }
	c := start(t, cells{
		"block, fail": func(c kernel.Cell) (*display.Data, error) { b.cell(c); return fails(c) },
		"second":      mark, "third": mark, "later": mark,
	})
	first := c.Run("block, fail")
	<-b.running
	second, third := c.Run("second"), c.Run("third")
	// Answered on the quick lane by the same reader: the others are queued.
	c.Send("shell", "kernel_info_request", nil).Wait()
	close(b.release)
	if x := first.Wait(); x.Status() != jupyter.StatusError || x.Error().EName != "ERROR" {
		t.Errorf("first: %s", x.Reply.Content)
	}
	for _, r := range []interface{ Types() []string }{second.Wait(), third.Wait()} {
		if got := r.Types(); !slices.Equal(got, []string{"status", "status"}) {
			t.Errorf("aborted cell published %v", got)
		}
	}
	if e := second.Wait().Error(); e.EName != "Aborted" || e.ExecutionCount != 0 {
		t.Errorf("aborted cell replied %+v", e)
	}
	if x := c.Execute("later"); x.Status() != jupyter.StatusOK {
		t.Errorf("later: %s", x.Reply.Content)
	}
	close(ran)
	if got := slices.Collect(chanSeq(ran)); !slices.Equal(got, []string{"later"}) {
		t.Errorf("ran %v, want only later", got)
	}
}

// A cell that fails at once must still stop those that Run All sent with it,
// though they arrive while it fails.
func TestStopOnErrorReachesTheWholeBurst(t *testing.T) {
	c := start(t, cells{"fails": fails, "value": text("1")})
	first := c.Run("fails")
	second := c.Run("value")
	first.Wait()
	if e := second.Wait().Error(); e.EName != "Aborted" {
		t.Errorf("second cell of the burst replied %+v, want it aborted", e)
	}
}

func TestStopOnErrorFalseRunsTheQueue(t *testing.T) {
	b := newBlocker()
	c := start(t, cells{
		"block, fail": func(c kernel.Cell) (*display.Data, error) { b.cell(c); return fails(c) },
		"value":       text("1"),
	})
	first := c.Send("shell", "execute_request", json.RawMessage(`{"code":"block, fail","stop_on_error":false}`))
	<-b.running
	second := c.Run("value")
	c.Send("shell", "kernel_info_request", nil).Wait()
	close(b.release)
	first.Wait()
	if x := second.Wait(); x.Status() != jupyter.StatusOK {
		t.Errorf("second: %s", x.Reply.Content)
	}
}

func TestDisplay(t *testing.T) {
	c := start(t, cells{"show": func(kernel.Cell) (*display.Data, error) {
		d := display.PNG([]byte{1, 2, 3})
		d.Data["text/html"] = []byte("<b>é</b>")
		d.Transient = display.MIMEMap{"display_id": "one"}
		if err := cell.Publish(cell.Display(d)); err != nil {
			return nil, err
		}
		return nil, cell.Publish(cell.Display{Data: map[string]any{"text/plain": func() {}}})
	}})
	x := c.Execute("show")
	want := map[string]any{
		"data":     map[string]any{"text/plain": "image/png, 3 bytes", "image/png": "AQID", "text/html": "<b>é</b>"},
		"metadata": map[string]any{}, "transient": map[string]any{"display_id": "one"},
	}
	if got := x.Content("display_data"); !reflect.DeepEqual(got, want) {
		t.Errorf("display_data %v, want %v", got, want)
	}
	if e := x.Error(); !strings.Contains(e.EValue, "unsupported type") {
		t.Errorf("display of a func: %+v", e)
	}
}

func TestContextEndsWithTheCell(t *testing.T) {
	var first kernel.Cell
	c := start(t, cells{
		"first": func(c kernel.Cell) (*display.Data, error) {
			first = c
			if cell.Context() != c.Context || c.Context.Err() != nil {
				return nil, errors.New("cell.Context is not the cell's")
			}
			return nil, nil
		},
		"second": func(kernel.Cell) (*display.Data, error) {
			if first.Context.Err() == nil {
				return nil, errors.New("the first cell's context lives on")
			}
			if cell.KernelID() == "" {
				return nil, errors.New("no kernel id")
			}
			return nil, nil
		},
	})
	for _, code := range []string{"first", "second"} {
		if x := c.Execute(code); x.Status() != jupyter.StatusOK {
			t.Errorf("%s: %s", code, x.Reply.Content)
		}
	}
}

func chanSeq[T any](ch <-chan T) func(yield func(T) bool) {
	return func(yield func(T) bool) {
		for v := range ch {
			if !yield(v) {
				return
			}
		}
	}
}

// What ran is in the history, with the text of its value; silent cells and
// those without store_history are not.
func TestHistoryOfCells(t *testing.T) {
	c := start(t, cells{"value": text("1"), "fails": fails})
	c.Execute("value")
	c.Send("shell", "execute_request", json.RawMessage(`{"code":"value","silent":true}`)).Wait()
	c.Send("shell", "execute_request", json.RawMessage(`{"code":"value","store_history":false}`)).Wait()
	c.Execute("fails")
	x := c.Send("shell", "history_request", json.RawMessage(`{"hist_access_type":"tail","n":9,"output":true}`)).Wait()
	if got, want := string(x.Reply.Content), `{"status":"ok","history":[[1,1,["value","1"]],[1,2,["fails",null]]]}`; got != want {
		t.Errorf("history %s, want %s", got, want)
	}
}

// What is shown can be changed by its id, and cleared.
func TestUpdateAndClear(t *testing.T) {
	c := start(t, cells{
		"show": func(kernel.Cell) (*display.Data, error) {
			return nil, cell.Publish(cell.Display(display.WithID("p", display.HTML("<i>"))))
		},
		"update": func(kernel.Cell) (*display.Data, error) { return nil, display.Update("p", display.HTML("<b>")) },
		"no id":  func(kernel.Cell) (*display.Data, error) { return nil, display.Update("", display.HTML("<b>")) },
		"clear":  func(kernel.Cell) (*display.Data, error) { return nil, display.ClearOutput(true) },
		"result": func(kernel.Cell) (*display.Data, error) {
			d := display.WithID("r", display.HTML("<i>"))
			return &d, nil
		},
	})
	for _, row := range []struct{ code, msgType, want string }{
		{"show", "display_data", `{"data":{"text/html":"<i>","text/plain":"<i>"},"metadata":{},"transient":{"display_id":"p"}}`},
		{"update", "update_display_data", `{"data":{"text/html":"<b>","text/plain":"<b>"},"metadata":{},"transient":{"display_id":"p"}}`},
		{"clear", "clear_output", `{"wait":true}`},
		{"result", "execute_result", `{"execution_count":4,"data":{"text/html":"<i>","text/plain":"<i>"},"metadata":{},"transient":{"display_id":"r"}}`},
	} {
		r := c.Run(row.code)
		x := r.Wait()
		if got := string(r.Next(row.msgType).Content); x.Status() != "ok" || got != row.want {
			t.Errorf("%s: %s, want %s", row.code, got, row.want)
		}
	}
	if got := c.Execute("no id").Error().EValue; got != cell.ErrNoID.Error() {
		t.Errorf("update without id: %q", got)
	}
}
