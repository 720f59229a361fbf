package widget

import (
	"encoding/json"
	"sync"

	"github.com/ipyauth/ipyauth/internal/anywidget"
	"github.com/ipyauth/ipyauth/js"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/comm"
	"github.com/ipyauth/ipyauth/params"
)

// view is the Auth's face in the front ends: it turns the session into widget state and
// answers the custom messages. It is the only part that talks to the comm.
//
// What it sends is seen by every tab and may be saved into the notebook: the state says
// nothing of who signed in, and neither state nor messages hold a secret.
type view struct {
	auth *Auth

	mu    sync.Mutex
	model *anywidget.Model // nil until the first display in a kernel
}

// SimpleRender returns the MIME bundle that shows the widget; kernels call it for the
// last value of a cell. Where there are no comms it is a line of text.
func (a *Auth) SimpleRender() map[string]any {
	text := map[string]any{"text/plain": a.view.text()}
	model := a.view.open()
	if model == nil {
		return text
	}
	bundle, err := model.Bundle()
	if err != nil {
		return text
	}
	return bundle
}

// open returns the model, making it at the first call; nil outside a kernel with comms.
func (v *view) open() *anywidget.Model {
	v.mu.Lock()
	defer v.mu.Unlock()
	if manager := comm.Active(); v.model == nil && manager != nil {
		v.model = anywidget.For(manager).New(anywidget.Options{
			ID:       "ipyauth.Auth",
			ESM:      js.Widget,
			CSS:      js.Style,
			State:    v.state(),
			Text:     v.text,
			OnCustom: v.receive,
		})
	}
	return v.model
}

func (v *view) current() *anywidget.Model {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.model
}

// text stands for the widget where widgets are not shown. It is saved with the notebook.
func (v *view) text() string { return "ipyauth: sign in with " + v.auth.config.Name }

// showOnce displays the widget in the running cell unless some cell displayed it.
func (v *view) showOnce() error {
	if v.current() != nil || comm.Active() == nil {
		return nil
	}
	return cell.Publish(cell.Display{Data: v.auth.SimpleRender()})
}

// commID is the id of the model's comm, "" if there is none.
func (v *view) commID() string {
	model := v.current()
	if model == nil {
		return ""
	}
	id, err := model.Open()
	if err != nil {
		return ""
	}
	return id
}

// state is the widget's state. The front end derives all it shows from it.
func (v *view) state() map[string]any {
	a := v.auth
	a.mu.Lock()
	defer a.mu.Unlock()
	state := map[string]any{
		"status":     string(a.status),
		"provider":   map[string]any{"id": a.config.ID, "name": a.config.Name},
		"scopes":     a.scopesLocked(),
		"expires_at": nil,
		"waiting":    a.waiting > 0,
		"error":      a.failure.view(),
		"verified":   a.tokens != nil && a.tokens.Verified,
		"grant":      grant(a.config.ResponseType),
		"renewable":  a.tokens != nil && !a.tokens.Refresh.IsZero(),
	}
	if a.tokens != nil && !a.tokens.Expiry.IsZero() {
		state["expires_at"] = a.tokens.Expiry.UnixMilli()
	}
	return state
}

func grant(r params.ResponseType) string {
	if r.Implicit() {
		return "implicit"
	}
	return "code"
}

// show sends the state as it is now.
func (v *view) show() {
	if model := v.current(); model != nil {
		v.mu.Lock() // state and message in one order
		defer v.mu.Unlock()
		_ = model.Set(v.state())
	}
}

func (v *view) send(content map[string]any, reply *comm.Message) {
	if model := v.current(); model != nil {
		_ = model.Send(content, reply)
	}
}

func (v *view) authorize(c click, id, url string) {
	v.send(map[string]any{"type": "authorize", "view": c.View, "click": c.ID, "id": id, "url": url}, nil)
}

func (v *view) refuse(c click, err *Error) {
	v.send(map[string]any{"type": "refused", "view": c.View, "click": c.ID, "error": err.view()}, nil)
}

func (v *view) received(id string) { v.send(map[string]any{"type": "received", "id": id}, nil) }

func (v *view) sendUser() {
	v.send(map[string]any{"type": "user", "user": v.auth.LoggedAs()}, nil)
}

// maxMessage bounds what a page may say: the largest is an envelope, of 64 kB in base64
// with every character escaped. What names the view is sent back to every tab.
const maxMessage = 512 << 10

// receive handles one custom message of a front end. Anything that runs scripts in the
// page can send these: none of them makes the session signed in without a checked answer
// of the provider. Unknown types are ignored.
func (v *view) receive(content json.RawMessage, from comm.Message) {
	var message struct {
		Type     string          `json:"type"`
		View     string          `json:"view"`
		Origin   string          `json:"origin"`
		BaseURL  string          `json:"base_url"`
		FlowID   string          `json:"id"`
		Via      string          `json:"via"`
		Envelope json.RawMessage `json:"envelope"`
	}
	if len(content) > maxMessage || json.Unmarshal(content, &message) != nil {
		return
	}
	a := v.auth
	switch message.Type {
	case "hello":
		a.prepare()
		v.send(map[string]any{"type": "welcome", "view": message.View, "user": a.LoggedAs(),
			"warning": a.redirectWarning(message.Origin, message.BaseURL).view()}, &from)
	case "begin":
		var c click
		if json.Unmarshal(content, &c) == nil {
			a.begin(c)
		}
	case "callback":
		// Only a person who pasted wants to know; a page has other ways left.
		if !a.answer(message.Envelope) && message.Via == "paste" {
			v.send(map[string]any{"type": "ignored", "view": message.View, "error": errNotThisAnswer().view()}, &from)
		}
	case "popup_closed":
		a.windowClosed(message.FlowID)
	case "cancel":
		a.cancel()
	case "renew":
		a.renewAsked()
	case "clear":
		a.Clear()
	case "inspect":
		v.send(map[string]any{"type": "details", "view": message.View, "user": a.LoggedAs(), "sections": a.details()}, &from)
	}
}
