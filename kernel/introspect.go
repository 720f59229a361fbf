package kernel

import (
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// This file answers what front ends ask while somebody types. Complete and
// inspect look at what cells have declared, so they run where cells run. Who
// types does not wait for a cell: while one runs or stands in the queue both
// are answered at once, on the quick lane, with nothing.

// itemTypes is where front ends look for the kinds of matches. The
// specification has no place for them; the name is IPython's.
const itemTypes = "_jupyter_types_experimental"

// complete answers "Completion".
func (k *kernel) complete(r *request) {
	var q jupyter.CompleteRequest
	if err := r.Decode(&q); err != nil {
		k.replyError(r, jupyter.TypeCompleteReply, err)
		return
	}
	var c Completion
	if completer, ok := k.interpreter.(Completer); ok && !r.hasty {
		k.guard(r.Header.MsgType, func() { c = completer.Complete(q.Code, q.CursorPos) })
	}
	k.reply(r, jupyter.TypeCompleteReply, completeReply(q, c))
}

func completeReply(q jupyter.CompleteRequest, c Completion) jupyter.CompleteReply {
	if len(c.Items) == 0 || c.Start < 0 || c.Start > c.End || c.End > utf8.RuneCountInString(q.Code) {
		return jupyter.CompleteReply{CursorStart: q.CursorPos, CursorEnd: q.CursorPos}
	}
	reply := jupyter.CompleteReply{CursorStart: c.Start, CursorEnd: c.End}
	types := make([]any, 0, len(c.Items))
	for _, item := range c.Items {
		reply.Matches = append(reply.Matches, item.Text)
		types = append(types, map[string]any{
			"start": c.Start, "end": c.End, "text": item.Text, "type": item.Type, "signature": item.Signature,
		})
	}
	reply.Metadata = jupyter.Dict[any]{itemTypes: types}
	return reply
}

// inspect answers "Introspection".
func (k *kernel) inspect(r *request) {
	var q jupyter.InspectRequest
	if err := r.Decode(&q); err != nil {
		k.replyError(r, jupyter.TypeInspectReply, err)
		return
	}
	var reply jupyter.InspectReply
	if !r.hasty {
		reply = k.about(q)
	}
	k.reply(r, jupyter.TypeInspectReply, reply)
}

// about is what the interpreter knows about a name.
func (k *kernel) about(q jupyter.InspectRequest) (reply jupyter.InspectReply) {
	inspector, ok := k.interpreter.(Inspector)
	if !ok {
		return reply
	}
	k.guard(jupyter.TypeInspectRequest, func() {
		data, found := inspector.Inspect(q.Code, q.CursorPos, q.DetailLevel)
		if !found || data == nil {
			return
		}
		reply, ok = inspectReply(data)
		if !ok {
			k.log.Warn("inspect: what was found has no JSON form")
		}
	})
	return reply
}

func inspectReply(data *display.Data) (jupyter.InspectReply, bool) {
	shown, err := bundle(data.Data)
	if err != nil {
		return jupyter.InspectReply{}, false
	}
	about, err := bundle(data.Metadata)
	if err != nil {
		return jupyter.InspectReply{}, false
	}
	return jupyter.InspectReply{Found: true, Data: shown, Metadata: about}, true
}

// isComplete answers "Code completeness".
func (k *kernel) isComplete(r *request) {
	var q jupyter.IsCompleteRequest
	if err := r.Decode(&q); err != nil {
		k.replyError(r, jupyter.TypeIsCompleteReply, err)
		return
	}
	reply := jupyter.IsCompleteReply{Status: jupyter.CodeUnknown}
	if checker, ok := k.interpreter.(Checker); ok {
		k.guard(r.Header.MsgType, func() { reply.Status, reply.Indent = checker.IsComplete(q.Code) })
	}
	k.reply(r, jupyter.TypeIsCompleteReply, reply)
}
