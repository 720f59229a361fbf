package zmtp_test

import (
	"context"
	"fmt"
	"net"

	"github.com/go-zeromq/zmq4"

	"github.com/ipyauth/ipyauth/internal/zmtp"
)

// A Router answers whoever asks.
func ExampleRouter() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	router := zmtp.NewRouter(ln, zmtp.Config{})
	defer router.Close()

	client := zmq4.NewDealer(context.Background(), zmq4.WithID(zmq4.SocketIdentity("client")))
	defer client.Close()
	if err := client.Dial("tcp://" + ln.Addr().String()); err != nil {
		fmt.Println(err)
		return
	}
	if err := client.Send(zmq4.NewMsgString("question")); err != nil {
		fmt.Println(err)
		return
	}

	frames, err := router.Recv(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %s\n", frames[0], frames[1])
	if err := router.Send([][]byte{frames[0], []byte("answer")}); err != nil {
		fmt.Println(err)
		return
	}
	reply, err := client.Recv()
	fmt.Println(string(reply.Frames[0]), err)
	// Output:
	// client: question
	// answer <nil>
}
