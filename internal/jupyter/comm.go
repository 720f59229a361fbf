package jupyter

// CommOpen opens a comm, from either side (spec, "Custom Messages").
type CommOpen struct {
	CommID     string `json:"comm_id"`
	TargetName string `json:"target_name"`
	// TargetModule names a JavaScript module that has the target; front ends ignore it by now.
	TargetModule string `json:"target_module,omitempty"`
	Data         Raw    `json:"data"`
}

// CommMsg is one message on a comm, from either side.
type CommMsg struct {
	CommID string `json:"comm_id"`
	Data   Raw    `json:"data"`
}

// CommClose closes a comm, from either side; it also answers a CommOpen for a target nobody knows.
type CommClose struct {
	CommID string `json:"comm_id"`
	Data   Raw    `json:"data"`
}

// CommInfoRequest asks which comms are open (spec, "Comm info"), all or those of one target.
type CommInfoRequest struct {
	TargetName string `json:"target_name,omitempty"`
}

// CommInfoReply answers a CommInfoRequest. The keys of Comms are comm ids.
type CommInfoReply struct {
	Status Outcome        `json:"status"`
	Comms  Dict[CommInfo] `json:"comms"`
}

// CommInfo describes one open comm.
type CommInfo struct {
	TargetName string `json:"target_name"`
}
