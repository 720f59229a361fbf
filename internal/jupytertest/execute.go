package jupytertest

import "github.com/ipyauth/ipyauth/internal/jupyter"

// Execute runs a cell as front ends do, and waits for it.
func (c *Client) Execute(code string) *Exchange {
	c.t.Helper()
	return c.Run(code).Wait()
}

// Run sends a cell and does not wait.
func (c *Client) Run(code string) *Request {
	c.t.Helper()
	return c.Send(Shell, jupyter.TypeExecuteRequest, jupyter.ExecuteRequest{
		Code: code, StoreHistory: true, AllowStdin: true, StopOnError: true,
	})
}

// OpenStdin makes sure that the kernel can ask this client for input. As with all
// ZeroMQ sockets, its end of the connection may come into being after ours, and
// what it sends before is lost.
func (c *Client) OpenStdin() {
	c.t.Helper()
	c.Send(Stdin, "jupytertest_hello", nil).Idle() // of an unknown type: looked at, and not answered
}

// InputRequest waits for the kernel to ask for input because of r.
func (r *Request) InputRequest() *jupyter.Message {
	r.client.t.Helper()
	return r.client.Await("input_request for "+r.Type, func(m Received) bool {
		return m.Socket == Stdin && r.Caused(m.Message) && m.Header.MsgType == jupyter.TypeInputRequest
	}).Message
}

// Answer answers an input_request.
func (c *Client) Answer(question *jupyter.Message, value string) {
	c.t.Helper()
	c.SendWith(Stdin, jupyter.TypeInputReply, jupyter.InputReply{Value: value}, Options{Parent: question.RawHeader})
}
