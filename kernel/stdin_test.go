package kernel_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/internal/jupytertest"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/display"
)

func ask(c kernel.Cell) (*display.Data, error) {
	answer, err := cell.Prompt("Who?", true)
	if err != nil {
		return nil, err
	}
	return text("hello " + answer)(c)
}

// startAsking runs a kernel whose cell ask can ask.
func startAsking(t *testing.T, ask func(kernel.Cell) (*display.Data, error)) *jupytertest.Client {
	t.Helper()
	c := start(t, cells{"ask": ask})
	c.OpenStdin()
	return c
}

func result(x *jupytertest.Exchange) any {
	return x.Content("execute_result")["data"].(map[string]any)["text/plain"]
}

func TestPrompt(t *testing.T) {
	c := startAsking(t, ask)
	r := c.Run("ask")
	question := r.InputRequest()
	if got, want := string(question.Content), `{"prompt":"Who?","password":true}`; got != want {
		t.Errorf("input_request %s, want %s", got, want)
	}
	c.Answer(question, "é")
	if got := result(r.Wait()); got != "hello é" {
		t.Errorf("result %v", got)
	}
}

// jupyter_client's own input() sends an empty parent.
func TestPromptAnsweredWithoutParent(t *testing.T) {
	c := startAsking(t, ask)
	r := c.Run("ask")
	r.InputRequest()
	c.Send("stdin", "input_reply", jupyter.InputReply{Value: "you"})
	if got := result(r.Wait()); got != "hello you" {
		t.Errorf("result %v", got)
	}
}

func TestPromptTakesNoOtherAnswer(t *testing.T) {
	c := startAsking(t, ask)
	other := jupytertest.Connect(t, c.File)
	r := c.Run("ask")
	question := r.InputRequest()
	other.Answer(question, "an intruder") // signed, but not the client that was asked
	c.SendWith("stdin", "input_reply", jupyter.InputReply{Value: "old"}, jupytertest.Options{Parent: json.RawMessage(`{"msg_id":"earlier"}`)})
	c.SendWith("stdin", "no_such", jupyter.InputReply{}, jupytertest.Options{Parent: question.RawHeader})
	c.Answer(question, "me")
	if got := result(r.Wait()); got != "hello me" {
		t.Errorf("result %v", got)
	}
}

func TestPromptWithoutAnybodyToAsk(t *testing.T) {
	c := startAsking(t, ask)
	x := c.Send("shell", "execute_request", json.RawMessage(`{"code":"ask","allow_stdin":false}`)).Wait()
	if got, want := x.Error().EValue, "prompt: "+cell.ErrNoInput.Error(); got != want {
		t.Errorf("error %q, want %q", got, want)
	}
	if _, err := cell.Prompt("between cells", false); !errors.Is(err, cell.ErrNoInput) {
		t.Errorf("prompt between cells: %v", err)
	}
}

func TestPromptIsInterrupted(t *testing.T) {
	c := startAsking(t, ask)
	r := c.Run("ask")
	stale := r.InputRequest()
	c.Send("control", "interrupt_request", nil).Wait()
	if e := r.Wait().Error(); e.EName != "Interrupted" {
		t.Errorf("error %+v", e)
	}
	// An answer to the old question is not taken for one to the next.
	c.Answer(stale, "stale")
	again := c.Run("ask")
	c.Answer(again.InputRequest(), "fresh")
	if got := result(again.Wait()); got != "hello fresh" {
		t.Errorf("result %v", got)
	}
}

// Goroutines of a cell that ask at the same time are asked for one by one.
func TestPromptsAreAskedOneByOne(t *testing.T) {
	c := startAsking(t, func(c kernel.Cell) (*display.Data, error) {
		answers := make(chan string, 2)
		for i := range 2 {
			go func() {
				answer, err := cell.Prompt(fmt.Sprint("question ", i), false)
				answers <- fmt.Sprint(i, "=", answer, " ", err)
			}()
		}
		a, b := <-answers, <-answers
		return text(min(a, b) + ", " + max(a, b))(c)
	})
	r := c.Run("ask")
	seen := map[string]bool{}
	for range 2 {
		m := c.Await("input_request", func(m jupytertest.Received) bool {
			return m.Header.MsgType == "input_request" && !seen[m.Header.MsgID]
		})
		seen[m.Header.MsgID] = true
		if len(seen) == 1 {
			for _, other := range c.Messages() {
				if other.Header.MsgType == "input_request" && !seen[other.Header.MsgID] {
					t.Error("two questions at a time")
				}
			}
		}
		var q jupyter.InputRequest
		c.Decode(m.Message, &q)
		c.Answer(m.Message, q.Prompt[len(q.Prompt)-1:])
	}
	if got := result(r.Wait()); got != "0=0 <nil>, 1=1 <nil>" {
		t.Errorf("result %v", got)
	}
}

// A cell that reads os.Stdin asks, after what it has printed.
func TestScan(t *testing.T) {
	c := startPrinter(t)
	r := c.Run("scan")
	question := r.InputRequest()
	if got, want := string(question.Content), `{"prompt":"","password":false}`; got != want {
		t.Errorf("input_request %s, want %s", got, want)
	}
	r.Next("stream")
	c.Answer(question, "Ada")
	if got, want := r.Wait().Stream("stdout"), "name? hello Ada\n"; got != want {
		t.Errorf("stdout %q, want %q", got, want)
	}

	x := c.Send("shell", "execute_request", json.RawMessage(`{"code":"scan","allow_stdin":false}`)).Wait()
	if got := x.Error().EValue; got != "EOF" {
		t.Errorf("error %q without allow_stdin, want EOF", got)
	}

	r = c.Run("scan")
	r.InputRequest()
	c.Send("control", "interrupt_request", nil).Wait()
	if got := r.Wait().Error().EValue; !strings.Contains(got, "timeout") {
		t.Errorf("error %q after an interrupt", got)
	}

	r = c.Run("scan")
	c.Answer(r.InputRequest(), "Grace")
	if got := r.Wait().Stream("stdout"); got != "name? hello Grace\n" {
		t.Errorf("stdout %q", got)
	}
}

// The cell may be here before the connection that its client can be asked on.
func TestPromptWaitsForTheStdinConnection(t *testing.T) {
	c := start(t, cells{"ask": ask})
	r := c.Run("ask") // without c.OpenStdin()
	c.Answer(r.InputRequest(), "late")
	if got := result(r.Wait()); got != "hello late" {
		t.Errorf("result %v", got)
	}
}
