package widget

import (
	"context"
	"time"

	"github.com/ipyauth/ipyauth/kernel/cell"
)

// waitLimit is how long Wait waits: as long as a sign-in may take.
const waitLimit = 10 * time.Minute

// Wait blocks the cell until somebody is signed in, so that Run All works: the cells
// after it find a token. It shows the widget if no cell did yet. On refusal, time-out or
// interrupt it panics with an [*Error], and Run All stops there.
func (a *Auth) Wait() {
	ctx, stop := context.WithTimeout(cell.Context(), waitLimit)
	defer stop()
	if err := a.view.showOnce(); err != nil {
		panic(err)
	}
	if err := a.WaitContext(ctx); err != nil {
		panic(err)
	}
}

// WaitContext waits until somebody is signed in, a sign-in that ends after the call fails,
// or ctx ends. The error is an [*Error] that wraps [ErrDenied], [ErrCanceled],
// [ErrRejected], [ErrUnavailable], [ErrTimeout] or [ErrInterrupted].
func (a *Auth) WaitContext(ctx context.Context) error {
	before := a.startWaiting(1)
	defer a.startWaiting(-1)
	for {
		a.mu.Lock()
		if a.status == SignedIn && a.tokenValid(0) {
			a.mu.Unlock()
			return nil
		}
		if a.outcome.count > before && a.outcome.err != nil && !a.replaced() {
			err := a.outcome.err
			a.mu.Unlock()
			return err
		}
		changed := a.changed
		a.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return waitError(ctx)
		}
	}
}

// startWaiting counts who waits, for the widget to say that a cell does. It returns how
// many attempts ended so far.
func (a *Auth) startWaiting(more int) (ended int) {
	a.mu.Lock()
	a.waiting += more
	ended = a.outcome.count
	a.mu.Unlock()
	a.view.show()
	return ended
}

// replaced reports whether the attempt that ended made way for another one: a second
// click is no reason to stop waiting. The caller holds mu.
func (a *Auth) replaced() bool { return a.status == Pending }

// waitError says why ctx ended: by an interrupt, by its deadline, or by its owner.
func waitError(ctx context.Context) error {
	switch context.Cause(ctx) {
	case cell.ErrInterrupted:
		return &Error{Code: "interrupted", Err: ErrInterrupted,
			Message: "Waiting for the sign-in was interrupted.", Next: "Run the cell again to wait once more."}
	case context.DeadlineExceeded:
		return errTimedOut()
	default:
		return &Error{Code: "canceled", Err: context.Cause(ctx), Message: "Waiting for the sign-in was canceled."}
	}
}
