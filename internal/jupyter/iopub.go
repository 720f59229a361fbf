package jupyter

// Names of streams.
const (
	Stdout = "stdout"
	Stderr = "stderr"
)

// Stream is text the code printed (spec, "Streams").
type Stream struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// DisplayData is something to show (spec, "Display data"): one object in several representations, by MIME type.
// Transient may hold display_id, by which UpdateDisplayData finds it again; it is not saved.
type DisplayData struct {
	Data      Dict[any] `json:"data"`
	Metadata  Dict[any] `json:"metadata"`
	Transient Dict[any] `json:"transient"`
}

// UpdateDisplayData replaces what was shown under the same display_id (spec, "Update display data").
type UpdateDisplayData DisplayData

// ExecuteInput tells all clients which code runs (spec, "Code inputs").
type ExecuteInput struct {
	Code           string `json:"code"`
	ExecutionCount int    `json:"execution_count"`
}

// ExecuteResult is the value of a cell (spec, "Execution results").
type ExecuteResult struct {
	ExecutionCount int       `json:"execution_count"`
	Data           Dict[any] `json:"data"`
	Metadata       Dict[any] `json:"metadata"`
	Transient      Dict[any] `json:"transient,omitempty"`
}

// ErrorContent says why a cell failed (spec, "Execution errors"). Traceback is what front ends print, line by
// line, ANSI colours included.
type ErrorContent struct {
	EName     string       `json:"ename"`
	EValue    string       `json:"evalue"`
	Traceback List[string] `json:"traceback"`
}

// States of a kernel, in Status.
const (
	StateStarting = "starting" // once, before anything else
	StateBusy     = "busy"
	StateIdle     = "idle"
)

// Status says what the kernel is doing (spec, "Kernel status"): busy before each request is handled and idle
// after its last side effect.
type Status struct {
	ExecutionState string `json:"execution_state"`
}

// ClearOutput removes a cell's outputs (spec, "Clear output"), at once or when the next one arrives.
type ClearOutput struct {
	Wait bool `json:"wait"`
}

// IOPubWelcome is the first message a subscriber gets (JEP 65): from here on it misses nothing.
type IOPubWelcome struct {
	Subscription string `json:"subscription"`
}
