package jupyter

import (
	"encoding/json"
	"unicode/utf8"
)

// InspectRequest asks about the name at the cursor (spec, "Introspection").
type InspectRequest struct {
	Code string `json:"code"`
	// CursorPos counts code points from the start of Code. Decoding brings it into that range; absent is the end.
	CursorPos   int `json:"cursor_pos"`
	DetailLevel int `json:"detail_level"` // 0, or 1 for sources and the like
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *InspectRequest) UnmarshalJSON(data []byte) error {
	type plain InspectRequest
	p := plain{CursorPos: atEnd}
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	p.CursorPos = clampCursor(p.Code, p.CursorPos)
	*r = InspectRequest(p)
	return nil
}

// InspectReply answers an InspectRequest. Data is a MIME bundle, empty when Found is false.
type InspectReply struct {
	Status   Outcome   `json:"status"`
	Found    bool      `json:"found"`
	Data     Dict[any] `json:"data"`
	Metadata Dict[any] `json:"metadata"`
}

// CompleteRequest asks how the code could go on at the cursor (spec, "Completion").
type CompleteRequest struct {
	Code string `json:"code"`
	// CursorPos counts code points, as in [InspectRequest].
	CursorPos int `json:"cursor_pos"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *CompleteRequest) UnmarshalJSON(data []byte) error {
	type plain CompleteRequest
	p := plain{CursorPos: atEnd}
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	p.CursorPos = clampCursor(p.Code, p.CursorPos)
	*r = CompleteRequest(p)
	return nil
}

// CompleteReply answers a CompleteRequest: each match may replace the code points from CursorStart to
// CursorEnd.
type CompleteReply struct {
	Status      Outcome      `json:"status"`
	Matches     List[string] `json:"matches"`
	CursorStart int          `json:"cursor_start"`
	CursorEnd   int          `json:"cursor_end"`
	Metadata    Dict[any]    `json:"metadata"`
}

// IsCompleteRequest asks whether the code can run as it is (spec, "Code completeness").
type IsCompleteRequest struct {
	Code string `json:"code"`
}

// What an IsCompleteReply says of the code.
const (
	CodeComplete   = "complete"
	CodeIncomplete = "incomplete"
	CodeInvalid    = "invalid"
	CodeUnknown    = "unknown"
)

// IsCompleteReply answers an IsCompleteRequest. Indent is for the next line when the code is incomplete.
type IsCompleteReply struct {
	Status string `json:"status"`
	Indent string `json:"indent"`
}

// atEnd stands for an absent cursor_pos; clampCursor makes it the end of the code.
const atEnd = int(^uint(0) >> 1)

// clampCursor keeps handlers from slicing code out of range.
func clampCursor(code string, pos int) int {
	return max(0, min(pos, utf8.RuneCountInString(code)))
}
