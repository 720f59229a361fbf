package cell_test

import (
	"context"
	"fmt"
	"time"

	"github.com/ipyauth/ipyauth/kernel/cell"
)

// A wait that the notebook's interrupt button ends, and that works the same in
// a program that is no kernel.
func ExampleContext() {
	ctx := cell.Context()
	select {
	case <-time.After(time.Microsecond):
		fmt.Println("done")
	case <-ctx.Done():
		fmt.Println("stopped:", context.Cause(ctx))
	}
	// Output: done
}
