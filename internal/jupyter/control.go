package jupyter

// ShutdownRequest asks the kernel to end (spec, "Kernel shutdown"). Restart only says that a new one will follow.
type ShutdownRequest struct {
	Restart bool `json:"restart"`
}

// ShutdownReply answers a ShutdownRequest, and is published on IOPub for the other clients.
type ShutdownReply struct {
	Status  Outcome `json:"status"`
	Restart bool    `json:"restart"`
}

// InterruptRequest asks to stop the running cell (spec, "Kernel interrupt"); it has no content. It is sent when
// the kernelspec says interrupt_mode "message".
type InterruptRequest struct{}

// InterruptReply answers an InterruptRequest.
type InterruptReply struct {
	Status Outcome `json:"status"`
}
