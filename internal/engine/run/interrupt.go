package run

import (
	"runtime"
	"time"
)

// Interrupted is what a thread panics with when it is interrupted. Interpreted
// code cannot recover it.
type Interrupted struct{}

func (Interrupted) Error() string { return "the cell was interrupted" }

// deferTime is how long deferred calls may take after an interrupt.
const deferTime = 200 * time.Millisecond

const (
	running  = 0
	stopping = 1 // the next step panics
	ending   = 2 // deferred calls run, until grace
)

// Interrupt stops the thread at its next step: a call, or a turn of a loop. It
// may be called by any goroutine, and more than once.
func (th *Thread) Interrupt() {
	th.stop.CompareAndSwap(running, stopping)
	th.once.Do(func() { close(th.done) })
}

// Stopped is a channel to receive from while waiting for something else: a value
// comes when it is time for a [Thread.Step].
func (th *Thread) Stopped() any {
	if th.stop.Load() == ending {
		return time.After(time.Until(th.grace) + time.Millisecond)
	}
	return th.done
}

// Step stops the thread when it was interrupted. Loops call it at every turn.
func (th *Thread) Step() {
	if th.stop.Load() != running {
		th.step()
	}
}

// StepOf is Step for the thread of frame p.
func StepOf(p Ptr) {
	if th := (*Header)(p).Thread; th.stop.Load() != running {
		th.step()
	}
}

// step is what happens at a step that is not an ordinary one.
func (th *Thread) step() {
	switch th.stop.Load() {
	case stopping:
		panic(Interrupted{})
	case ending:
		if time.Now().After(th.grace) {
			panic(Interrupted{})
		}
	}
	if th.depth > maxDepth {
		panic(stackOverflow{})
	}
}

// end lets deferred calls run for a while after an interrupt.
func (th *Thread) end() {
	if th.stop.CompareAndSwap(stopping, ending) {
		th.grace = time.Now().Add(deferTime)
	}
}

// stackOverflow is the panic of a recursion that does not end.
type stackOverflow struct{}

var _ runtime.Error = stackOverflow{}

func (stackOverflow) Error() string { return "runtime error: stack overflow: the calls nest too deep" }
func (stackOverflow) RuntimeError() {}

// Sleep waits, or stops the thread when it is interrupted.
func (th *Thread) Sleep(d time.Duration) {
	th.Step()
	timer := time.NewTimer(d)
	defer timer.Stop()
	if th.stop.Load() != running {
		<-timer.C
		return
	}
	select {
	case <-timer.C:
	case <-th.done:
		th.Step()
	}
}
