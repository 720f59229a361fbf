package sgid

import (
	"encoding/json"
	"io"
	"strings"
)

// ParseData returns what a value of user data stands for: a list ([]any) or an
// object (map[string]any) if it is one in JSON, else the text itself, which may
// be empty. Numbers inside are json.Number, so no digit is lost. It is what
// sgid-client's parseData does to each value.
func ParseData(value string) any {
	list := strings.HasPrefix(value, "[") && strings.HasSuffix(value, "]")
	object := strings.HasPrefix(value, "{") && strings.HasSuffix(value, "}")
	if !list && !object {
		return value
	}
	d := json.NewDecoder(strings.NewReader(value))
	d.UseNumber()
	var parsed any
	if err := d.Decode(&parsed); err != nil {
		return value
	}
	if _, err := d.Token(); err != io.EOF {
		return value
	}
	return parsed
}

// Parsed returns the data with each value as [ParseData] gives it. It is
// sgid-client's parseData.
func (u *UserInfo) Parsed() map[string]any {
	parsed := make(map[string]any, len(u.Data))
	for name, value := range u.Data {
		parsed[name] = ParseData(value)
	}
	return parsed
}
