package jupyter

import (
	"encoding/json"
	"fmt"
)

// How a HistoryRequest chooses entries.
const (
	HistoryRange  = "range"
	HistoryTail   = "tail"
	HistorySearch = "search"
)

// HistoryRequest asks for earlier inputs (spec, "History").
type HistoryRequest struct {
	Output         bool   `json:"output"` // with outputs
	Raw            bool   `json:"raw"`
	HistAccessType string `json:"hist_access_type"`
	Session        int    `json:"session"` // range: 0 is the present session, negative counts backwards
	Start          int    `json:"start"`   // range
	Stop           int    `json:"stop"`    // range
	N              int    `json:"n"`       // tail, search
	Pattern        string `json:"pattern"` // search: a glob
	Unique         bool   `json:"unique"`  // search
}

// HistoryReply answers a HistoryRequest.
type HistoryReply struct {
	Status  Outcome            `json:"status"`
	History List[HistoryEntry] `json:"history"`
}

// HistoryEntry is one input. It travels as [session, line, input], or as [session, line, [input, output]] when
// the request asked for outputs.
type HistoryEntry struct {
	Session, Line int
	Input         string
	Output        string // "" is sent as null
	WithOutput    bool   // the request asked for outputs
}

// MarshalJSON implements json.Marshaler.
func (e HistoryEntry) MarshalJSON() ([]byte, error) {
	last := any(e.Input)
	if e.WithOutput {
		pair := []any{e.Input, nil}
		if e.Output != "" {
			pair[1] = e.Output
		}
		last = pair
	}
	return marshalValue([]any{e.Session, e.Line, last})
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *HistoryEntry) UnmarshalJSON(data []byte) error {
	var last json.RawMessage
	entry := HistoryEntry{}
	if err := unmarshalTuple(data, &entry.Session, &entry.Line, &last); err != nil {
		return err
	}
	if firstByte(last) == '[' {
		entry.WithOutput = true
		if err := unmarshalTuple(last, &entry.Input, &entry.Output); err != nil {
			return err
		}
	} else if err := json.Unmarshal(last, &entry.Input); err != nil {
		return err
	}
	*e = entry
	return nil
}

// unmarshalTuple reads a JSON list of exactly len(to) values.
func unmarshalTuple(data []byte, to ...any) error {
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	if len(list) != len(to) {
		return fmt.Errorf("list of %d values instead of %d", len(list), len(to))
	}
	for i, raw := range list {
		if err := json.Unmarshal(raw, to[i]); err != nil {
			return err
		}
	}
	return nil
}
