package kernel

import (
	"bytes"
	"encoding/json"
)

// streamMask hides secrets in what is printed on one stream, also where it is
// printed in pieces. What may be the start of a secret is kept back: up to 7
// bytes of it for a moment only, for they tell little and a line may well end
// with them; more until it is clear what it is. Of the rest of a secret of
// which the start has been shown nothing is.
type streamMask struct {
	tail   []byte          // the end of what was printed, the start of a secret
	dealt  int             // of these bytes: shown already, or hidden
	parent json.RawMessage // of the cell that printed it
}

// short reports whether a few bytes are kept back, for a moment.
func (s *streamMask) short() bool { return len(s.tail) < firstBytes && s.dealt < len(s.tail) }

// How much of what may be the start of a secret is kept back.
type extent int

const (
	keepAll  extent = iota
	keepLong        // all from the 8th byte on
	keepNone        // nothing: the start of a secret is hidden if it has 8 bytes
)

// next is what can be shown once text is printed too. found is a secret that
// was hidden, nil if none was.
func (s *streamMask) next(m *mask, text []byte, keep extent) (shown []byte, found *pattern) {
	dealt := s.dealt
	if len(s.tail) > 0 {
		text = append(s.tail, text...)
		s.tail, s.dealt = nil, 0
	}
	if m == nil {
		return text[dealt:], nil
	}
	var begun *pattern
	for from := 0; ; {
		at, p, whole := m.find(text, from, true)
		if from = max(from, dealt); from < at {
			shown = append(shown, text[from:at]...)
		}
		if !whole {
			begun = p
			s.tail, s.dealt = bytes.Clone(text[at:]), max(0, dealt-at)
			break
		}
		if from = at + len(p.text); from > dealt {
			shown, found = append(shown, p.placeholder...), p
		}
	}
	rest := s.tail[s.dealt:]
	switch {
	case len(rest) == 0 || keep == keepAll:
		return shown, found
	case begun == nil: // less than 8 bytes
		shown = append(shown, rest...)
	case keep == keepLong:
		return shown, found
	default:
		shown, found = append(shown, begun.placeholder...), begun
	}
	s.dealt = len(s.tail)
	return shown, found
}
