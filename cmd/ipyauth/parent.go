package main

import (
	"context"
	"os"
	"time"
)

// endWithParent calls end when the process that is the parent now has ended, unless ctx has before. The
// number Jupyter gives for its own process is not compared: with a script in between, or in a container,
// the parent is another one.
func endWithParent(ctx context.Context, end func()) {
	parent := os.Getppid() // not later, in the goroutine: it could be another one by then
	go func() {
		poll := time.NewTicker(time.Second)
		defer poll.Stop()
		if parentEnds(ctx, parent, os.Getppid, poll.C) {
			end()
		}
	}()
}

// parentEnds returns true when getppid no longer gives parent: an orphan is given another one. Unix has no
// way to be told, so it is asked at each tick. Windows changes no parent: there it only waits for ctx.
func parentEnds(ctx context.Context, parent int, getppid func() int, tick <-chan time.Time) bool {
	for getppid() == parent {
		select {
		case <-tick:
		case <-ctx.Done():
			return false
		}
	}
	return true
}
