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

// What a library does with a token it holds. In a kernel, printing the token
// then shows "[access token hidden]".
func ExampleHide() {
	token := "a-token-that-should-not-be-saved"
	forget := cell.Hide(token, "access token", "The access token was hidden. Reveal shows it.")
	defer forget()
	fmt.Println(len(token)) // the value itself is as it was
	// Output: 32
}
