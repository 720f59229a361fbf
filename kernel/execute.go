package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// run is the running cell.
type run struct {
	request *request
	jupyter.ExecuteRequest
	context context.Context
	cancel  context.CancelCauseFunc
	// patience runs out after an interrupt; kernel.mu guards it.
	patience *time.Timer
}

// outcome is how a cell ended: with a failure, a value, or nothing to show.
type outcome struct {
	failure        *jupyter.ErrorContent
	data, metadata jupyter.Dict[any]
	transient      jupyter.Dict[any]
	text           string // of the value, for the history
	payload        jupyter.List[any]
	expressions    jupyter.Dict[any] // the values of user_expressions
}

var (
	errGoexit        = errors.New("the cell ended its goroutine (runtime.Goexit)")
	errNoInterpreter = errors.New("NewInterpreter returned nil")
)

// serveCells is the executor: it makes the interpreter and is the only
// goroutine that runs cells. ready gets the outcome of NewInterpreter.
func (k *kernel) serveCells(o Options, ready chan<- error) {
	if err := k.interpret(o); err != nil {
		ready <- err
		return
	}
	ready <- nil
	unstoppable(func() {
		for k.life.Err() == nil {
			select {
			case r := <-k.cells.queue:
				k.serveCell(r)
			case <-k.life.Done():
			}
		}
	})
}

// interpret makes the interpreter.
func (k *kernel) interpret(o Options) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("start interpreter: panic: %v\n%s", p, debug.Stack())
		}
	}()
	k.interpreter, err = o.NewInterpreter()
	if err == nil && k.interpreter == nil {
		err = errNoInterpreter
	}
	if err != nil {
		return fmt.Errorf("start interpreter: %w", err)
	}
	k.info = kernelInfo(o, k.interpreter.Language())
	return nil
}

// serveCell brackets a cell like serve does; on IOPub it is then the running
// one. Requests queued behind a cell that failed are aborted in order.
func (k *kernel) serveCell(r *request) {
	to := k.routes[r.Header.MsgType]
	if to.between {
		k.serve(r, to.handle)
		return
	}
	handle := to.handle
	if k.aborting > 0 {
		k.aborting--
		handle = k.abort
	}
	k.iopub.begin(r.RawHeader)
	defer k.iopub.end(r.RawHeader)
	defer k.hidden.end()
	defer k.answered(r)
	k.guard(r.Header.MsgType, func() { handle(r) })
}

// answer replies to an execute_request. Who has the reply may ask about what
// the cell declared, so the cell is taken for done before.
func (k *kernel) answer(r *request, content any) {
	k.answered(r)
	k.reply(r, jupyter.TypeExecuteReply, content)
}

// answered counts a cell as done, once.
func (k *kernel) answered(r *request) {
	if r.counted {
		r.counted = false
		k.unanswered.Add(-1)
	}
}

// execute runs a cell: messaging specification, "Execute".
func (k *kernel) execute(r *request) {
	c := &run{request: r}
	if err := r.Decode(&c.ExecuteRequest); err != nil {
		k.fail(c, errorContent(err))
		return
	}
	if !k.begin(c) {
		k.fail(c, errorContent(errShutdown))
		return
	}
	if c.StoreHistory {
		k.count++
	}
	if !c.Silent {
		k.publish(jupyter.TypeExecuteInput, r.RawHeader, jupyter.ExecuteInput{Code: c.Code, ExecutionCount: k.count})
	}
	out := failed(errGoexit)
	defer func() { k.finish(c, out) }()
	out = k.interpretCell(c)
}

// begin makes c the running cell, unless the kernel ends.
func (k *kernel) begin(c *run) bool {
	k.memory.work()
	k.hidden.begin()
	k.output.begin(c.request.RawHeader)
	k.input.begin()
	header := c.request.RawHeader
	k.lastCell.Store(&header)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.life.Err() != nil {
		return false
	}
	c.context, c.cancel = context.WithCancelCause(k.life)
	k.current = c
	return true
}

// interpretCell runs the code and encodes its value, or its error. Methods of
// both are code of others too, so that a panic anywhere here is the cell's
// error.
func (k *kernel) interpretCell(c *run) (out outcome) {
	defer func() {
		if p := recover(); p != nil {
			k.log.Debug("panic in a cell", "value", p, "stack", string(debug.Stack()))
			out = failed(&CellError{Name: "panic", Message: fmt.Sprint(p)})
		}
	}()
	if page, ok := k.help(c.Code); ok {
		return page
	}
	data, err := k.interpreter.Execute(Cell{Code: c.Code, Count: k.count, Silent: c.Silent, Context: c.context})
	if err != nil {
		return failed(err)
	}
	out.expressions = k.evaluate(c)
	if data == nil || len(data.Data) == 0 || c.Silent {
		return out
	}
	out.text, _ = data.Data[display.MIMETypeText].(string)
	if out.data, err = bundle(data.Data); err != nil {
		return failed(err)
	}
	if out.metadata, err = bundle(data.Metadata); err != nil {
		return failed(err)
	}
	if out.transient, err = bundle(data.Transient); err != nil {
		return failed(err)
	}
	return out
}

func failed(err error) outcome {
	content := errorContent(err)
	return outcome{failure: &content}
}

// finish says how a cell ended: everything it printed, its value or its error,
// and the reply.
func (k *kernel) finish(c *run, out outcome) {
	k.memory.rest()
	k.input.end()
	k.mu.Lock()
	k.current = nil
	if c.patience != nil {
		c.patience.Stop()
	}
	k.mu.Unlock()
	c.cancel(nil)
	if c.StoreHistory {
		k.history.add(k.count, k.hidden.text(c.Code), k.hidden.text(out.text))
	}
	k.output.flush(true)
	if out.failure != nil {
		k.fail(c, *out.failure)
		return
	}
	if out.data != nil {
		k.publish(jupyter.TypeExecuteResult, c.request.RawHeader, jupyter.ExecuteResult{
			ExecutionCount: k.count, Data: out.data, Metadata: out.metadata, Transient: out.transient,
		})
	}
	k.answer(c.request, jupyter.ExecuteReply{ExecutionCount: k.count, Payload: out.payload, UserExpressions: out.expressions})
}

// fail publishes a failure and replies with it.
func (k *kernel) fail(c *run, failure jupyter.ErrorContent) {
	if !c.Silent {
		k.publish(jupyter.TypeError, c.request.RawHeader, failure)
	}
	if c.StopOnError {
		k.settle()
		k.aborting = len(k.cells.queue)
	}
	k.answer(c.request, jupyter.ErrorReply{ErrorContent: failure, ExecutionCount: k.count})
}

// Run All sends its cells in a burst, of which the last may still be on their
// way when the first has failed. What comes before our reply is sent was not
// sent in knowledge of it, and is aborted; so a cell that fails at once replies
// only when nothing has come for a moment. Cells that ran for longer than that
// do not wait.
const (
	burstPause = 25 * time.Millisecond
	burstLimit = time.Second
)

// settle waits for the end of a burst of requests.
func (k *kernel) settle() {
	for end := now() + int64(burstLimit); ; {
		wait := k.lastCellCame.Load() + int64(burstPause) - now()
		if wait <= 0 || now() > end {
			return
		}
		select {
		case <-time.After(time.Duration(wait)):
		case <-k.life.Done():
			return
		}
	}
}

// abort answers a request that stood behind a cell that failed: messaging
// specification, "Execute" (stop_on_error). It has status error, the older
// "aborted" being deprecated, and no number, for the cell did not run.
func (k *kernel) abort(r *request) {
	k.answer(r, jupyter.ErrorReply{ErrorContent: jupyter.ErrorContent{
		EName: "Aborted", EValue: "not run, because a cell before it failed",
	}})
}

// errorContent is how an error is shown.
func errorContent(err error) jupyter.ErrorContent {
	var shown *CellError
	if !errors.As(err, &shown) {
		shown = &CellError{Name: "ERROR", Message: err.Error()} // the name gophernotes gives
		if errors.Is(err, cell.ErrInterrupted) {
			shown.Name = "Interrupted"
		}
	}
	content := jupyter.ErrorContent{EName: shown.Name, EValue: shown.Message, Traceback: shown.Traceback}
	if content.Traceback == nil {
		content.Traceback = []string{shown.Name + ": " + shown.Message}
	}
	return content
}

// interruptPatience is how long an interrupted cell may take to end before the
// person is told that it may never do so.
const interruptPatience = 500 * time.Millisecond

// interrupt stops the running cell, if there is one. Holding the lock keeps
// the interrupt from hitting the next cell.
func (k *kernel) interrupt() {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.current
	if c == nil {
		return
	}
	c.cancel(cell.ErrInterrupted)
	k.interpreter.Interrupt()
	if c.patience == nil {
		c.patience = time.AfterFunc(interruptPatience, func() { k.stillRunning(c) })
	}
}

// stillRunning answers an interrupt that did not end the cell: compiled code
// that waits (a channel, a lock, a system call) can't be stopped from outside.
func (k *kernel) stillRunning(c *run) {
	k.mu.Lock()
	running := k.current == c && k.life.Err() == nil
	k.mu.Unlock()
	if running {
		k.publishStream(c.request.RawHeader, jupyter.Stderr, "The interrupt has not ended this cell yet: it waits in compiled Go code, "+
			"which can't be stopped. If it does not end, restart the kernel; its variables are then lost.\n")
	}
}

// publish sends a message whose loss concerns nobody but the log.
func (k *kernel) publish(msgType string, parent json.RawMessage, content any) {
	if err := k.iopub.send(message{kind: msgType, parent: parent, content: content}); err != nil {
		k.log.Debug("publish", "type", msgType, "error", err)
	}
}
