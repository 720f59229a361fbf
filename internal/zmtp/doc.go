// Package zmtp has the three server sockets of a Jupyter kernel: [Router] for shell, control and stdin,
// [Publisher] for IOPub, [Echo] for the heartbeat. Each is made from a net.Listener and serves until Close.
//
// The greeting, the NULL handshake and the socket-type rules are go-zeromq/zmq4's connection layer
// (zmq4.Open). Its sockets are not used: their accept loop does the handshakes, so one silent peer stops it, and
// their goroutines panic on a hostile peer, which nothing outside can recover. Its Conn.RecvMsg and
// Conn.SendMsg are not used either, for they can't be made safe by wrapping the connection: RecvMsg
// reads a message of any number of frames, loses the name of a command (a SUBSCRIBE is then like a CANCEL),
// and answers a PING from the reading goroutine, in the middle of what another goroutine writes; SendMsg
// makes two system calls per frame. So after the handshake this package frames the traffic itself, which is
// frame.go.
//
// The documents cited are ZMTP 3.0 (https://rfc.zeromq.org/spec/23/) and ZMTP 3.1
// (https://rfc.zeromq.org/spec/37/).
//
// # Goroutines
//
// One per socket accepts; one per connection shakes hands and then reads; one more per connection writes what
// is in that peer's queue. Callers only touch queues, so a peer that stops reading holds up nobody: its queue
// fills to [Config].MaxQueue, then [Router.Send] refuses and [Publisher.Publish] waits a bounded time.
// All frames of a message are one queue entry, so frames of two messages never mix.
//
// # Security
//
// Peers are not authenticated here; the port is open to every user of the machine. So nothing is allocated on a
// peer's word, everything it makes us keep has a limit in [Config], and the worst it achieves is to lose its
// own connection. A panic of zmq4 during a handshake is recovered and counts as a refusal.
package zmtp
