package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/comm"
)

const (
	// subscriberWait is how long the first request on shell waits for somebody
	// to listen on IOPub. Clients connect both at once and the order is chance;
	// one that misses its first idle waits for ever.
	subscriberWait = 500 * time.Millisecond
	// stopGrace is how long a running cell and the handlers have to end once
	// the kernel shuts down. Compiled code that blocks cannot be ended at all.
	stopGrace = 500 * time.Millisecond
)

// errShutdown is why the kernel ends after a shutdown_request.
var errShutdown = errors.New("the kernel was shut down")

// fault is why a kernel ends that nobody asked to end.
type fault struct{ error }

// kernel is one running kernel.
type kernel struct {
	log    *slog.Logger
	codec  *jupyter.Codec // reads messages; packer makes them
	packer *packer
	hidden *hidden
	id     string // Jupyter's, "" when not known

	shell, control, stdin *channel
	iopub                 *iopub
	subscribed            func(context.Context) error         // waits for a subscriber
	reachable             func(context.Context, []byte) error // waits for a peer of stdin
	output                *output                             // nil when output is not captured
	input                 *input                              // nil when os.Stdin is left alone
	memory                *releaser                           // nil when memory is kept

	routes              map[string]route
	cells, comms, quick *lane
	manager             *comm.Manager
	history             history

	// life ends with the kernel; end ends it, the first cause counts.
	life context.Context
	end  context.CancelCauseFunc

	stuck bool // at the end: the interpreter still runs

	greeted chan struct{} // closed when a subscriber has been told "starting"
	waited  bool          // of the shell reader: it has waited for that
	unheard atomic.Bool   // it has waited in vain; "starting" would come too late

	interpreter  Interpreter
	info         jupyter.KernelInfoReply
	count        int                             // of the executor: the number of the last cell
	aborting     int                             // of the executor: how many queued requests to abort
	unanswered   atomic.Int32                    // cells that wait or run
	lastCellCame atomic.Int64                    // when the last execute_request was queued
	lastCell     atomic.Pointer[json.RawMessage] // header of the cell that started last

	mu      sync.Mutex
	current *run // the running cell, nil between cells

	prompting chan struct{}            // holds a token while somebody prompts
	asked     atomic.Pointer[question] // what is being asked, or nil
}

// Run runs a kernel until a client sends shutdown_request or ctx ends, both of
// which give nil. Other errors are a connection file that cannot be read, a
// port that cannot be bound, and NewInterpreter's; from then on nothing that
// happens to single messages, cells or clients ends it.
//
// When Run returns, sockets are closed, standard output and input are restored,
// and nothing runs any more but the goroutines that cells started. A cell that
// could not be interrupted still runs too; what was replaced is then not put
// back under its hands.
func Run(ctx context.Context, o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	info, err := jupyter.ReadConnectionFile(o.ConnectionFile)
	if err != nil {
		return err
	}
	k := newKernel(ctx, o.Logger, info.Key)
	defer k.end(nil)
	k.id = jupyter.KernelID(o.ConnectionFile)
	s, err := listen(info, k.iopub.welcome, k.log)
	if err != nil {
		return err
	}
	defer s.close()
	k.connect(s)
	if o.CaptureOutput {
		if k.output, err = capture(k.publishStream, k.hidden); err != nil {
			return fmt.Errorf("capture output: %w", err)
		}
		defer func() { k.output.close(!k.stuck) }()
	}
	if o.ReleaseIdle {
		k.memory = newReleaser(k.releaseMemory)
	}
	if o.CaptureInput {
		if k.input, err = captureInput(k.scan); err != nil {
			return fmt.Errorf("capture input: %w", err)
		}
		defer func() { k.input.close(!k.stuck) }()
	}
	defer comm.Bind(k.manager)()
	defer cell.Bind(host{k})()
	return k.run(o)
}

// newKernel makes a kernel without sockets and interpreter.
func newKernel(ctx context.Context, log *slog.Logger, key string) *kernel {
	k := &kernel{
		codec:     jupyter.NewCodec([]byte(key)),
		hidden:    newHidden(),
		cells:     newLane(cellQueue),
		comms:     newLane(commQueue),
		quick:     newLane(quickQueue),
		greeted:   make(chan struct{}),
		prompting: make(chan struct{}, 1),
	}
	k.log = slog.New(logMask{log.Handler(), k.hidden})
	k.hidden.settle = func() { k.output.settle() }
	session := jupyter.NewSession()
	k.codec.RefuseSession(session.ID())
	k.packer = &packer{k.codec, session, k.hidden}
	k.life, k.end = context.WithCancelCause(ctx)
	k.iopub = &iopub{packer: k.packer, log: k.log, topic: "kernel." + session.ID() + "."}
	k.manager = comm.NewManager(k.publishComm, k.cellHeader)
	k.routes = k.dispatchTable()
	return k
}

func (k *kernel) connect(s *sockets) {
	k.shell = &channel{"shell", s.shell}
	k.control = &channel{"control", s.control}
	k.stdin = &channel{"stdin", s.stdin}
	k.iopub.socket = s.iopub
	k.subscribed = s.iopub.WaitSubscriber
	k.reachable = s.stdin.WaitPeer
}

// run starts the goroutines, and returns when the kernel has ended and they
// have too.
func (k *kernel) run(o Options) error {
	var executor, others sync.WaitGroup
	ready := make(chan error, 1)
	executor.Go(func() { k.serveCells(o, ready) })
	select {
	case err := <-ready:
		if err != nil {
			return err
		}
	case <-k.life.Done():
		k.stuck = !within(stopGrace, &executor) // NewInterpreter is at work
		return nil
	}
	others.Go(k.greet)
	if o.ReleaseStart {
		others.Go(k.releaseStart)
	}
	defer k.memory.work() // nothing is left to do when the kernel has ended
	others.Go(func() { k.serveLane(k.comms) })
	others.Go(func() { k.serveLane(k.quick) })
	others.Go(func() { k.receive(k.shell, k.fromShell) })
	others.Go(func() { k.receive(k.control, k.fromControl) })
	others.Go(func() { k.receive(k.stdin, k.fromStdin) })
	others.Go(func() { k.watchInterrupts(o.Interrupts) })

	<-k.life.Done()
	k.guard("interrupt", k.interrupt)
	if !within(stopGrace, &executor, &others) {
		k.stuck = true
		k.log.Warn("a cell or a handler did not end in time")
	}
	var f *fault
	if errors.As(context.Cause(k.life), &f) {
		return f.error
	}
	return nil
}

// within waits for the groups, all together no longer than limit.
func within(limit time.Duration, groups ...*sync.WaitGroup) bool {
	done := make(chan struct{})
	go func() {
		for _, g := range groups {
			g.Wait()
		}
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-time.After(limit):
		return false
	}
}

// greet publishes "starting" when the first subscriber is there; its welcome
// goes before.
func (k *kernel) greet() {
	defer close(k.greeted)
	if k.subscribed(k.life) == nil && !k.unheard.Load() {
		k.iopub.starting()
	}
}

// waitForSubscriber holds the first request until somebody hears its busy.
func (k *kernel) waitForSubscriber() {
	if k.waited {
		return
	}
	k.waited = true
	select {
	case <-k.greeted:
	case <-time.After(subscriberWait):
		k.unheard.Store(true)
	case <-k.life.Done():
	}
}

// watchInterrupts treats signals like interrupt_request.
func (k *kernel) watchInterrupts(signals <-chan os.Signal) {
	for {
		select {
		case _, ok := <-signals:
			if !ok {
				return
			}
			k.guard("interrupt", k.interrupt)
		case <-k.life.Done():
			return
		}
	}
}

// cellHeader is the header of the cell that started last.
func (k *kernel) cellHeader() json.RawMessage {
	if h := k.lastCell.Load(); h != nil {
		return *h
	}
	return nil
}

func now() int64 { return time.Now().UnixNano() }
