package kernel

import (
	"errors"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/kernel/comm"
)

// This file is the comm lane: messaging specification, "Custom Messages".
// comm_open, comm_msg and comm_close have no reply. Their sender waits for
// idle: a widget sends one change of its state at a time.

func (k *kernel) commOpen(r *request) {
	var c jupyter.CommOpen
	if k.readComm(r, &c) {
		k.logComm(r, k.manager.HandleOpen(c.CommID, c.TargetName, commMessage(r, c.Data)))
	}
}

func (k *kernel) commMsg(r *request) {
	var c jupyter.CommMsg
	if k.readComm(r, &c) {
		k.logComm(r, k.manager.HandleMessage(c.CommID, commMessage(r, c.Data)))
	}
}

func (k *kernel) commClose(r *request) {
	var c jupyter.CommClose
	if k.readComm(r, &c) {
		k.logComm(r, k.manager.HandleClose(c.CommID, commMessage(r, c.Data)))
	}
}

// commInfo answers "Comm info": the open comms of one target, or all.
func (k *kernel) commInfo(r *request) {
	var q jupyter.CommInfoRequest
	if err := r.Decode(&q); err != nil {
		k.replyError(r, jupyter.TypeCommInfoReply, err)
		return
	}
	reply := jupyter.CommInfoReply{Comms: jupyter.Dict[jupyter.CommInfo]{}}
	for id, target := range k.manager.Info(q.TargetName) {
		reply.Comms[id] = jupyter.CommInfo{TargetName: target}
	}
	k.reply(r, jupyter.TypeCommInfoReply, reply)
}

func commMessage(r *request, data jupyter.Raw) comm.Message {
	return comm.Message{
		Parent:   r.RawHeader,
		Data:     []byte(data),
		Metadata: r.Metadata,
		Buffers:  r.Buffers,
	}
}

func (k *kernel) readComm(r *request, content any) bool {
	err := r.Decode(content)
	if err != nil {
		k.log.Warn("comm message ignored", "error", err)
	}
	return err == nil
}

// logComm notes what became of a message. One to a comm that is closed by now
// is no news: the page did not know yet.
func (k *kernel) logComm(r *request, err error) {
	switch {
	case err == nil:
	case errors.Is(err, comm.ErrUnknownComm):
		k.log.Debug("comm message ignored", "type", r.Header.MsgType, "error", err)
	default:
		k.log.Warn("comm message failed", "type", r.Header.MsgType, "error", err)
	}
}

// publishComm is how the manager sends.
func (k *kernel) publishComm(o comm.Outgoing) error {
	return k.iopub.send(message{kind: o.Type, parent: o.Parent, content: o.Content, metadata: o.Metadata, buffers: o.Buffers})
}
