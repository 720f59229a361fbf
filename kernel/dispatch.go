package kernel

import (
	"fmt"
	"runtime/debug"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// request is a message that asks for something, and where it came from.
type request struct {
	*jupyter.Message
	from *channel
	// hasty: a cell runs or waits, so that the interpreter cannot be asked.
	hasty bool
	// counted: one of kernel.unanswered.
	counted bool
	// after runs when the request's idle is out; handlers set it.
	after func()
}

// route says what is done with one type of message.
type route struct {
	lane *lane
	// control: may also be asked on the control channel, and is then answered
	// by the goroutine that reads it. So its handler must not wait for a cell.
	control bool
	// urgent runs at once, before even busy is published: IOPub may be held up
	// by a subscriber that does not read.
	urgent func()
	// between cells: asked of the interpreter while it is free; else the quick
	// lane answers that there is nothing to say.
	between bool
	handle  func(*request)
}

// lane is a goroutine that handles requests one by one, and their queue. When
// the queue is full the socket's reader waits, and so does, by way of TCP, who
// sends. Control never waits.
type lane struct{ queue chan *request }

// Run All sends all cells at once; large notebooks have some thousand.
const (
	cellQueue  = 4096
	commQueue  = 4096
	quickQueue = 256
)

func newLane(size int) *lane { return &lane{queue: make(chan *request, size)} }

// dispatchTable is all this kernel answers.
func (k *kernel) dispatchTable() map[string]route {
	return map[string]route{
		jupyter.TypeExecuteRequest:    {lane: k.cells, handle: k.execute},
		jupyter.TypeCompleteRequest:   {lane: k.cells, between: true, handle: k.complete},
		jupyter.TypeInspectRequest:    {lane: k.cells, between: true, handle: k.inspect},
		jupyter.TypeIsCompleteRequest: {lane: k.quick, control: true, handle: k.isComplete},
		jupyter.TypeHistoryRequest:    {lane: k.quick, control: true, handle: k.historyReply},
		jupyter.TypeCommOpen:          {lane: k.comms, handle: k.commOpen},
		jupyter.TypeCommMsg:           {lane: k.comms, handle: k.commMsg},
		jupyter.TypeCommClose:         {lane: k.comms, handle: k.commClose},
		jupyter.TypeCommInfoRequest:   {lane: k.comms, control: true, handle: k.commInfo},
		jupyter.TypeKernelInfoRequest: {lane: k.quick, control: true, handle: k.kernelInfo},
		jupyter.TypeInterruptRequest:  {lane: k.quick, control: true, urgent: k.interrupt, handle: k.interrupted},
		jupyter.TypeShutdownRequest:   {lane: k.quick, control: true, handle: k.shutdown},
	}
}

// fromShell gives a request to its lane.
func (k *kernel) fromShell(r *request) {
	k.waitForSubscriber()
	to, ok := k.routes[r.Header.MsgType]
	if !ok {
		to = route{lane: k.quick}
	}
	k.hurry(to)
	switch {
	case to.between && k.unanswered.Load() > 0:
		to.lane, r.hasty = k.quick, true
	case to.lane == k.cells && !to.between:
		k.unanswered.Add(1)
		r.counted = true
		k.lastCellCame.Store(now())
	}
	select {
	case to.lane.queue <- r:
	case <-k.life.Done():
	}
}

// fromControl answers a request where it is.
func (k *kernel) fromControl(r *request) {
	to, ok := k.routes[r.Header.MsgType]
	if !ok || !to.control {
		to = route{}
	}
	k.hurry(to)
	k.serve(r, to.handle)
}

func (k *kernel) hurry(to route) {
	if to.urgent != nil {
		k.guard("urgent handler", to.urgent)
	}
}

// serveLane handles what a lane gets, until the kernel ends.
func (k *kernel) serveLane(l *lane) {
	unstoppable(func() {
		for {
			select {
			case r := <-l.queue:
				k.serve(r, k.routes[r.Header.MsgType].handle)
			case <-k.life.Done():
				return
			}
		}
	})
}

// serve brackets a request, messaging specification "Request-Reply" and
// "Kernel status": busy, handle, idle, all with the request as parent. handle
// nil is a request that this kernel does not know: it has no reply, and its
// sender still sees that it was looked at.
func (k *kernel) serve(r *request, handle func(*request)) {
	k.iopub.busy(r.RawHeader)
	defer func() {
		k.iopub.idle(r.RawHeader)
		if r.after != nil {
			r.after()
		}
	}()
	if handle == nil {
		k.log.Info("unknown request", "channel", r.from.name, "type", fmt.Sprintf("%.64s", r.Header.MsgType))
		return
	}
	k.guard(r.Header.MsgType, func() { handle(r) })
}

// guard runs code that must not take the kernel with it.
func (k *kernel) guard(what string, run func()) {
	defer func() {
		if p := recover(); p != nil {
			k.log.Error("panic", "in", what, "value", p, "stack", string(debug.Stack()))
		}
	}()
	run()
}

// unstoppable runs loop until it returns. Code of others that calls
// runtime.Goexit (testing.T.FailNow does) unwinds the goroutine, and what runs
// then is deferred calls; so the loop goes on in one of them, on the same
// goroutine, which interpreters insist on.
func unstoppable(loop func()) {
	returned := false
	defer func() {
		if !returned {
			unstoppable(loop)
		}
	}()
	loop()
	returned = true
}
