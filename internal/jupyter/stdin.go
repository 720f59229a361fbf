package jupyter

// InputRequest asks the client that sent the running cell for a line of text (spec, "Messages on the stdin
// channel"). It may be sent only if that cell's request had allow_stdin.
type InputRequest struct {
	Prompt   string `json:"prompt"`
	Password bool   `json:"password"` // do not show what is typed, and keep it out of the notebook
}

// InputReply answers an InputRequest.
type InputReply struct {
	Status Outcome `json:"status"`
	Value  string  `json:"value"`
}
