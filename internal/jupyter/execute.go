package jupyter

import "encoding/json"

// ExecuteRequest asks to run code (spec, "Execute").
type ExecuteRequest struct {
	Code   string `json:"code"`
	Silent bool   `json:"silent"`
	// StoreHistory defaults to true and is false whenever Silent is true.
	StoreHistory    bool         `json:"store_history"`
	UserExpressions Dict[string] `json:"user_expressions"`
	AllowStdin      bool         `json:"allow_stdin"`
	// StopOnError defaults to true: if the code fails, the requests queued behind it are aborted.
	StopOnError bool `json:"stop_on_error"`
}

// UnmarshalJSON implements json.Unmarshaler; it applies the spec's defaults.
func (r *ExecuteRequest) UnmarshalJSON(data []byte) error {
	type plain ExecuteRequest
	p := plain{StoreHistory: true, StopOnError: true}
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	p.StoreHistory = p.StoreHistory && !p.Silent
	*r = ExecuteRequest(p)
	return nil
}

// ExecuteReply answers an ExecuteRequest that ran well; one that failed is answered by [ErrorReply].
type ExecuteReply struct {
	Status         Outcome `json:"status"`
	ExecutionCount int     `json:"execution_count"`
	// Payload is the deprecated way to open a pager and such; clients still expect the list.
	Payload         List[any] `json:"payload"`
	UserExpressions Dict[any] `json:"user_expressions"`
}

// ErrorReply answers any request that failed, with status "error" (spec, "Request-Reply").
type ErrorReply struct {
	ErrorContent
	// ExecutionCount is sent in replies to execute_request alone, when it is not 0.
	ExecutionCount int
}

type errorReplyJSON struct {
	Status         Outcome      `json:"status"`
	EName          string       `json:"ename"`
	EValue         string       `json:"evalue"`
	Traceback      List[string] `json:"traceback"`
	ExecutionCount int          `json:"execution_count,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (r ErrorReply) MarshalJSON() ([]byte, error) {
	return marshalValue(errorReplyJSON{
		Status: StatusError, EName: r.EName, EValue: r.EValue, Traceback: r.Traceback, ExecutionCount: r.ExecutionCount,
	})
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *ErrorReply) UnmarshalJSON(data []byte) error {
	var p errorReplyJSON
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	r.ErrorContent = ErrorContent{EName: p.EName, EValue: p.EValue, Traceback: p.Traceback}
	r.ExecutionCount = p.ExecutionCount
	return nil
}
