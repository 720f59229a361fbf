package comm_test

import (
	"encoding/json"
	"fmt"

	"github.com/ipyauth/ipyauth/kernel/comm"
)

// A target whose page sends names and gets greetings. In a notebook the kernel
// binds its manager; here the example stands in for it.
func Example() {
	manager := comm.NewManager(func(o comm.Outgoing) error {
		content, _ := json.Marshal(o.Content)
		fmt.Println(o.Type, string(content))
		return nil
	}, func() json.RawMessage { return nil })
	defer comm.Bind(manager)()

	comm.Active().Register("greeter", func(c *comm.Comm, _ comm.Message) error {
		c.OnMessage(func(m comm.Message) {
			var data struct{ Name string }
			if json.Unmarshal(m.Data, &data) != nil {
				return
			}
			c.Send(map[string]string{"text": "Hello, " + data.Name}, comm.SendOptions{Parent: m.Parent})
		})
		return nil
	})

	manager.HandleOpen("c1", "greeter", comm.Message{})
	manager.HandleMessage("c1", comm.Message{Data: json.RawMessage(`{"name":"Ada"}`)})
	// Output: comm_msg {"comm_id":"c1","data":{"text":"Hello, Ada"}}
}
