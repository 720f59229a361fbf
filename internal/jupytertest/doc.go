// Package jupytertest is a Jupyter client for tests: it starts a kernel in the
// test's process, or connects to one elsewhere, talks to it over real sockets
// as a front end does, and sorts what comes back by the request that caused
// it.
//
//	c := jupytertest.Start(t, func(ctx context.Context, file string) error {
//		return kernel.Run(ctx, kernel.Options{ConnectionFile: file, NewInterpreter: newFake})
//	})
//	x := c.Execute("1 + 1")
//	if got := x.Types(); !slices.Equal(got, []string{"status", "execute_input", "execute_result", "status"}) { ... }
//
// Nothing here sleeps: every wait is for a message, with a limit that is only
// reached when the test fails ([Limit]). Failures end the test with a list of
// what did arrive, so waiting methods belong on the test's own goroutine.
//
// The client is strict with what every message must satisfy: signature, no
// message twice, protocol version 5.4, one session id, an object for each part.
// A message that breaks a rule fails the test.
package jupytertest
