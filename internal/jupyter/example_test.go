package jupyter_test

import (
	"fmt"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// A kernel decodes a request, and answers with the request's header as parent.
func Example() {
	codec := jupyter.NewCodec([]byte(testKey))
	session := jupyter.NewSession()

	request, err := codec.Decode(frames(request(), testKey))
	if err != nil {
		fmt.Println(err)
		return
	}
	var content jupyter.ExecuteRequest
	if err := request.Decode(&content); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(request.Header.MsgType, content.Code)

	reply, err := session.NewMessage(jupyter.TypeExecuteReply, request.RawHeader, jupyter.ExecuteReply{ExecutionCount: 1}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	reply.Identities = request.Identities
	out, err := codec.Encode(reply)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s %s %s\n", out[0], out[1], out[6])
	// Output:
	// execute_request 1+1
	// client <IDS|MSG> {"status":"ok","execution_count":1,"payload":[],"user_expressions":{}}
}
