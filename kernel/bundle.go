package kernel

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// bundle encodes representations for the wire. Bytes under a binary MIME type
// become base64 (messaging specification, "Display data"), under a textual one
// they are the text.
func bundle(m map[string]any) (jupyter.Dict[any], error) {
	encoded := make(jupyter.Dict[any], len(m))
	for mimeType, v := range m {
		if b, ok := v.([]byte); ok && textual(mimeType) {
			v = string(b)
		}
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			return nil, fmt.Errorf("show %s: %w", mimeType, err)
		}
		encoded[mimeType] = json.RawMessage(bytes.TrimSpace(buf.Bytes()))
	}
	return encoded, nil
}

func textual(mimeType string) bool {
	return strings.HasPrefix(mimeType, "text/") || strings.HasSuffix(mimeType, "+xml") ||
		mimeType == "application/javascript" || mimeType == "application/xml"
}
