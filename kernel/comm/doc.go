// Package comm lets Go code talk with code in the notebook page: widgets,
// viewers, anything that a front end registers a comm target for.
//
// A comm is a two-way line between one object in the kernel and its twin in
// the page. Either side opens it by naming a target; then both send messages,
// JSON with optional binary buffers, until one closes it.
//
//	// the page opens
//	comm.Active().Register("clock", func(c *comm.Comm, m comm.Message) error {
//		c.OnMessage(func(m comm.Message) { c.Send(time.Now(), comm.SendOptions{Parent: m.Parent}) })
//		return nil
//	})
//
//	// the kernel opens
//	c, err := comm.Active().Open("map", comm.OpenOptions{Data: view, OnMessage: onClick})
//
// [Active] is nil where no kernel runs, so library code checks it and falls
// back to something else.
//
// # Concurrency
//
// Everything is safe for concurrent use. Handlers run one at a time, in the
// order the messages came, on a goroutine of the kernel that works while a
// cell runs: so a cell may block until a handler has heard from the user. A
// handler that blocks holds up every other comm; start a goroutine for long
// work. A panic in a handler is caught, and closes nothing.
//
// # Protocol
//
// "Custom Messages" in the Jupyter messaging specification. Messages to the
// page go out on IOPub, to every page that shows the notebook. None has a
// reply.
package comm
