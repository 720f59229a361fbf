// Package kernel is a Jupyter kernel around any interpreter that lives in the
// same process.
//
// The two things to start with: write the three methods of [Interpreter], and
// call [Run] with the connection file that Jupyter passed on the command line.
//
//	err := kernel.Run(ctx, kernel.Options{
//		ConnectionFile: os.Args[1],
//		NewInterpreter: func() (kernel.Interpreter, error) { return myInterpreter() },
//		CaptureOutput:  true,
//	})
//
// # How it works
//
// Each socket has one goroutine that reads it. A dispatch table (dispatch.go)
// maps the message type to a handler and to the lane, a goroutine with a
// bounded queue, that runs it:
//
//	shell ──► cells    execute_request, and between cells complete and
//	                   inspect: the interpreter's own goroutine
//	      ──► comms    comm_*: in order, and while a cell runs
//	      ──► quick    kernel_info, history and what else is answered at once
//	control ─────────  answered by its reader, whatever the lanes do
//	stdin ──────────►  the Prompt that waits for an input_reply
//
// Whatever the lane, a request is answered inside one bracket: status busy,
// the handler with its reply and its output, status idle, each with the very
// bytes of the request's header as parent. Replies go to the socket the
// request came from. Everything on IOPub goes through one writer (iopub.go).
//
// An interpreter that is a [Completer], [Inspector] or [Checker] too is asked
// while somebody types, never behind a cell that runs.
//
// Output: os.Stdout and os.Stderr are replaced once for pipes that live as
// long as the kernel (output.go), so that text which a goroutine prints after
// its cell has ended still arrives. Input: os.Stdin may be replaced too; who
// reads it asks the user (input.go).
//
// Hiding: secrets that a library names with cell.Hide are taken out of whatever
// is sent. Every message is made by packer (pack.go), which searches it; printed
// text, of which a secret may come in pieces, is searched as a stream before
// (maskstream.go). While there is no secret nothing is searched.
//
// Libraries reach the running kernel through kernel/cell and kernel/comm; they
// never import this package.
//
// # Failure
//
// Nothing a peer sends ends the kernel, and no panic of a handler or a cell
// does: a message that cannot be trusted or read is dropped with a log line, a
// panic in a cell is an error reply, a panic in a handler a log line. What
// does end the process is what Go itself cannot recover from, such as a panic
// in a goroutine that a cell started.
//
// # Compatibility
//
// "Messaging in Jupyter" (the messaging specification), version 5.4, and JEP 65
// (iopub_welcome). Not announced and not there: subshells, debugger.
package kernel
