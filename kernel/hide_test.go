package kernel_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/internal/jupytertest"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/comm"
	"github.com/ipyauth/ipyauth/kernel/display"
)

const (
	token  = `canary"token/5f2b<8c>71e0` // JSON changes it
	shown  = "[access token hidden]"
	hinted = "a.Reveal() shows it.\n"
)

func hide(s string) func() { return cell.Hide(s, "access token", strings.TrimSpace(hinted)) }

// leaks reports where something of the token is in what a client received.
func leaks(t *testing.T, c *jupytertest.Client) {
	t.Helper()
	for _, leak := range leaking(t, c) {
		t.Errorf("%s %s shows the secret: %.300s", leak.Socket, leak.Header.MsgType, leak.Content)
	}
}

// leaking is the messages that have something of the token.
func leaking(t *testing.T, c *jupytertest.Client) (leaking []jupytertest.Received) {
	t.Helper()
	encoded := base64.RawStdEncoding.EncodeToString([]byte(token))
	for _, m := range c.Messages() {
		var all strings.Builder
		for _, part := range [][]byte{m.Content, m.Metadata} {
			var v any
			if err := json.Unmarshal(part, &v); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&all, v)
		}
		fmt.Fprintf(&all, "%s", m.Buffers)
		for _, part := range []string{token[:12], token[8:20], encoded[:12]} {
			if strings.Contains(all.String(), part) {
				leaking = append(leaking, m)
				break
			}
		}
	}
	return leaking
}

// told is an interpreter that has the token in whatever it is asked about.
type told struct{ fake }

func (*told) Complete(string, int) kernel.Completion {
	return kernel.Completion{Items: []kernel.CompletionItem{{Text: token, Type: token, Signature: token}}}
}

func (*told) Inspect(string, int, int) (*display.Data, bool) {
	d := display.MakeData3(display.MIMETypeHTML, token, "<b>"+token+"</b>")
	d.Metadata = display.MIMEMap{"about": token}
	return &d, true
}

func (*told) IsComplete(string) (status, indent string) { return "incomplete", token }

// talkative are cells that publish the token, each in a message of another type.
var talkative = cells{
	"result": text("it is " + token),
	"result in several forms": func(kernel.Cell) (*display.Data, error) {
		return &display.Data{
			Data: display.MIMEMap{
				"text/plain": token, "text/html": []byte("<b>" + token + "</b>"), "image/png": []byte("\x89PNG" + token),
				"application/json": map[string]any{"a": []any{1, token}, token: 2}, "application/x-raw": json.RawMessage(`{"t":"canary\u0022token\/5f2b\u003c8c\u003e71e0"}`),
			},
			Metadata: display.MIMEMap{"text/plain": map[string]string{"m": token}},
		}, nil
	},
	"display": func(kernel.Cell) (*display.Data, error) {
		return nil, cell.Publish(cell.Display(display.HTML(token)))
	},
	"update": func(kernel.Cell) (*display.Data, error) {
		return nil, display.Update("an id", display.Markdown("*"+token+"*"))
	},
	"error": func(kernel.Cell) (*display.Data, error) { return nil, fmt.Errorf("GET /?token=%s: refused", token) },
	"traceback": func(kernel.Cell) (*display.Data, error) {
		return nil, &kernel.CellError{Name: token, Message: token, Traceback: []string{"cell 1", "called with " + token}}
	},
	"panic": func(kernel.Cell) (*display.Data, error) { panic(token) },
	"comm": func(kernel.Cell) (*display.Data, error) {
		c, err := comm.Active().Open("anothers.widget", comm.OpenOptions{
			Data: map[string]any{"state": map[string]any{"value": token}}, Metadata: map[string]any{"m": token},
		})
		if err != nil {
			return nil, err
		}
		return nil, c.Send(map[string]any{"value": token}, comm.SendOptions{Buffers: [][]byte{[]byte("raw " + token)}})
	},
	"prompt": func(kernel.Cell) (*display.Data, error) {
		_, err := cell.Prompt("is it "+token+"?", false)
		return nil, err
	},
	"// " + token: nothing,
}

// Whatever message of the kernel the secret is in, on whichever socket, it is
// hidden there. Each row is asked without hiding too: then the secret is seen.
func TestNoMessageHasASecret(t *testing.T) {
	for _, row := range []struct {
		name string
		ask  func(c *jupytertest.Client) // waits for the answer
	}{
		{"result", func(c *jupytertest.Client) { c.Execute("result") }},
		{"every MIME type", func(c *jupytertest.Client) { c.Execute("result in several forms") }},
		{"display", func(c *jupytertest.Client) { c.Execute("display") }},
		{"update", func(c *jupytertest.Client) { c.Execute("update") }},
		{"error", func(c *jupytertest.Client) { c.Execute("error") }},
		{"traceback", func(c *jupytertest.Client) { c.Execute("traceback") }},
		{"panic", func(c *jupytertest.Client) { c.Execute("panic") }},
		{"code", func(c *jupytertest.Client) { c.Execute("// " + token) }},
		{"comm", func(c *jupytertest.Client) { c.Execute("comm") }},
		{"history", func(c *jupytertest.Client) {
			c.Execute("result")
			c.Execute("// " + token)
			c.Send("shell", "history_request", jupyter.HistoryRequest{HistAccessType: "tail", Output: true}).Wait()
		}},
		{"user expressions", func(c *jupytertest.Client) {
			c.Send("shell", "execute_request", jupyter.ExecuteRequest{Code: "nothing", UserExpressions: jupyter.Dict[string]{"a": "result", "b": "error", "c": "panic"}}).Wait()
		}},
		{"complete", func(c *jupytertest.Client) {
			c.Send("shell", "complete_request", jupyter.CompleteRequest{Code: "x"}).Wait()
		}},
		{"inspect", func(c *jupytertest.Client) {
			c.Send("shell", "inspect_request", jupyter.InspectRequest{Code: "x"}).Wait()
		}},
		{"is complete, on control", func(c *jupytertest.Client) {
			c.Send("control", "is_complete_request", jupyter.IsCompleteRequest{Code: "x"}).Wait()
		}},
		{"prompt", func(c *jupytertest.Client) {
			c.OpenStdin()
			r := c.Run("prompt")
			c.Answer(r.InputRequest(), "yes")
			r.Wait()
		}},
	} {
		t.Run("E74 "+row.name, func(t *testing.T) {
			c := startTalkative(t)
			row.ask(c)
			if len(leaking(t, c)) == 0 {
				t.Fatalf("the secret is not seen where it is not hidden, in %s", received(c))
			}
			c = startTalkative(t)
			c.Execute("hide")
			row.ask(c)
			leaks(t, c)
			if !strings.Contains(fmt.Sprint(received(c)), shown) {
				t.Errorf("nothing was hidden in %s", received(c))
			}
		})
	}
}

// startTalkative starts a kernel that has the token in all it says.
func startTalkative(t *testing.T) *jupytertest.Client {
	t.Helper()
	all := maps.Clone(talkative)
	all["nothing"] = nothing
	all["hide"] = func(kernel.Cell) (*display.Data, error) {
		hide(token)
		return nil, nil
	}
	return jupytertest.Start(t, func(ctx context.Context, file string) error {
		o := options(file, nil)
		o.NewInterpreter = func() (kernel.Interpreter, error) { return &told{fake{cells: all}}, nil }
		return kernel.Run(ctx, o)
	})
}

// received is all contents.
func received(c *jupytertest.Client) (contents []string) {
	for _, m := range c.Messages() {
		contents = append(contents, string(m.Content))
	}
	return contents
}

func TestHiding(t *testing.T) {
	var forget func()
	c := start(t, cells{
		"hide": func(kernel.Cell) (*display.Data, error) { forget = hide(token); return nil, nil },
		"forget": func(kernel.Cell) (*display.Data, error) {
			forget()
			forget()
			return text("it was " + token)(kernel.Cell{})
		},
		"show": text(token),
		"reveal": func(kernel.Cell) (*display.Data, error) {
			return nil, cell.Reveal(cell.Display(display.MakeData("text/plain", token)))
		},
		"another": func(kernel.Cell) (*display.Data, error) {
			cell.Hide("another token", "token", "It is another one.")
			return text("another token, another token")(kernel.Cell{})
		},
	})
	value := func(code, kind string) any {
		data, _ := c.Execute(code).Content(kind)["data"].(map[string]any)
		return data["text/plain"]
	}
	if got := value("show", "execute_result"); got != token {
		t.Fatalf("before it is hidden %q is shown", got)
	}
	c.Execute("hide")
	for i, want := range []string{hinted, ""} { // the hint comes once
		x := c.Execute("show")
		if got := fmt.Sprint(x.Content("execute_result")["data"]); !strings.Contains(got, shown) || x.Stream("stderr") != want {
			t.Errorf("cell %d shows %s and says %q, want %q", i, got, x.Stream("stderr"), want)
		}
	}
	if got := value("reveal", "display_data"); got != token {
		t.Errorf("Reveal shows %q", got)
	}
	if got := value("show", "execute_result"); got != shown {
		t.Errorf("after Reveal %q is shown", got)
	}
	x := c.Execute("another")
	if got := fmt.Sprint(x.Content("execute_result")["data"]); !strings.Contains(got, "[token hidden], [token hidden]") || x.Stream("stderr") != "It is another one.\n" {
		t.Errorf("another secret: %s, said %q", got, x.Stream("stderr"))
	}
	if got := value("forget", "execute_result"); got != "it was "+shown {
		t.Errorf("forgotten within the cell: %q is shown, want it hidden to the cell's end", got)
	}
	if got := value("show", "execute_result"); got != token {
		t.Errorf("after it was forgotten %q is shown", got)
	}
}

// What was shown as hidden does not come back by the history, once the secret
// is forgotten.
func TestHistoryKeepsNoSecret(t *testing.T) {
	t.Attr("attack", "E81")
	var forget func()
	c := start(t, cells{
		"hide":        func(kernel.Cell) (*display.Data, error) { forget = hide(token); return nil, nil },
		"show":        text(token),
		"// " + token: nothing,
		"forget":      func(kernel.Cell) (*display.Data, error) { forget(); return nil, nil },
	})
	for _, code := range []string{"hide", "show", "// " + token, "forget"} {
		c.Execute(code)
	}
	reply := c.Send("shell", "history_request", jupyter.HistoryRequest{HistAccessType: "tail", Output: true}).Wait().Reply
	if got := string(reply.Content); strings.Count(got, shown) != 2 || strings.Contains(got, "canary") {
		t.Errorf("history %s", got)
	}
}
