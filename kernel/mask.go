package kernel

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"slices"
)

// mask finds hidden secrets in text. It does not change once it is made.
//
// Where several forms begin at one place the longest counts, of equal ones the
// first, and what is found does not overlap; so the result does not depend on
// how a text is cut.
type mask struct {
	patterns map[uint64][]*pattern // by their first bytes, longest first
	hashes   [hashBits / 64]uint64 // a bit for each key of patterns
}

// pattern is one form of a secret.
type pattern struct {
	text        string
	placeholder string // stands in its place
	hint        string
}

const (
	// firstBytes is how much of a pattern is looked up at once.
	firstBytes = leastHidden
	// hashBits are many for the patterns there are, so that few other texts
	// have the hash of one.
	hashBits = 1 << 15
)

func newMask(patterns []*pattern) *mask {
	m := &mask{patterns: make(map[uint64][]*pattern)}
	for _, p := range patterns {
		first := binary.LittleEndian.Uint64([]byte(p.text))
		m.hashes[hash(first)/64] |= 1 << (hash(first) % 64)
		m.patterns[first] = append(m.patterns[first], p)
	}
	for _, same := range m.patterns {
		slices.SortStableFunc(same, func(a, b *pattern) int { return cmp.Compare(len(b.text), len(a.text)) })
	}
	return m
}

// hash spreads 8 bytes over hashBits (Fibonacci hashing).
func hash(first uint64) uint64 { return first * 0x9E3779B97F4A7C15 >> (64 - 15) }

// find is the first secret in text at or after from. With open, text goes on,
// and where it may end within a secret, or within a longer one than it has,
// that place is found; whole is false then, and found nil where there are less
// than 8 bytes to tell by. If there is nothing at is the end of text.
func (m *mask) find(text []byte, from int, open bool) (at int, found *pattern, whole bool) {
	i := from
	for ; i+firstBytes <= len(text); i++ {
		first := binary.LittleEndian.Uint64(text[i:])
		if m.hashes[hash(first)/64]&(1<<(hash(first)%64)) == 0 {
			continue
		}
		for _, p := range m.patterns[first] {
			rest := text[i:]
			if len(rest) >= len(p.text) && string(rest[:len(p.text)]) == p.text {
				return i, p, true
			}
			if open && len(rest) < len(p.text) && string(rest) == p.text[:len(rest)] {
				return i, p, false
			}
		}
	}
	for ; open && i < len(text); i++ {
		if m.begins(text[i:]) {
			return i, nil, false
		}
	}
	return len(text), nil, false
}

// begins reports whether a pattern begins with these fewer than 8 bytes.
func (m *mask) begins(few []byte) bool {
	var padded [firstBytes]byte
	copy(padded[:], few)
	value := binary.LittleEndian.Uint64(padded[:])
	for first := range m.patterns {
		if first&(1<<(8*len(few))-1) == value {
			return true
		}
	}
	return false
}

// text hides secrets in a whole text. found is one of them, nil if there are
// none; the text is then as it was.
func (m *mask) text(text []byte) (shown []byte, found *pattern) {
	from := 0
	for {
		at, p, _ := m.find(text, from, false)
		if p == nil {
			break
		}
		shown, found = append(append(shown, text[from:at]...), p.placeholder...), p
		from = at + len(p.text)
	}
	if found == nil {
		return text, nil
	}
	return append(shown, text[from:]...), found
}

// object hides secrets in the strings of a JSON object: the keys too, but not
// the object's own, which are of the protocol. Strings are read before they are
// searched, so it does not matter how they are escaped.
func (m *mask) object(object []byte) (shown []byte, found *pattern) {
	done, depth := 0, 0
	for i := 0; i < len(object); i++ {
		switch object[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			end := stringEnd(object, i)
			if text, p := m.quoted(object[i:end]); p != nil && !(depth == 1 && isKey(object[end:])) {
				shown, found = append(append(shown, object[done:i]...), text...), p
				done = end
			}
			i = end - 1
		}
	}
	if found == nil {
		return object, nil
	}
	return append(shown, object[done:]...), found
}

// stringEnd is where the JSON string that begins at start ends.
func stringEnd(data []byte, start int) int {
	for i := start + 1; i < len(data); i++ {
		next := bytes.IndexAny(data[i:], `"\`)
		if next < 0 {
			break
		}
		if i += next; data[i] == '"' {
			return i + 1
		}
		i++ // what is escaped
	}
	return len(data)
}

func isKey(after []byte) bool {
	after = bytes.TrimLeft(after, " \t\r\n")
	return len(after) > 0 && after[0] == ':'
}

// quoted hides secrets in a JSON string.
func (m *mask) quoted(literal []byte) ([]byte, *pattern) {
	text := bytes.Trim(literal, `"`)
	if bytes.IndexByte(text, '\\') >= 0 {
		var read string
		if json.Unmarshal(literal, &read) != nil {
			return literal, nil
		}
		text = []byte(read)
	}
	shown, found := m.text(text)
	if found == nil {
		return literal, nil
	}
	return []byte(`"` + quoted(string(shown), false) + `"`), found
}

// bytes hides secrets in a buffer, without changing its length.
func (m *mask) bytes(buffer []byte) []byte {
	shown := buffer
	for from := 0; ; {
		at, p, _ := m.find(buffer, from, false)
		if p == nil {
			return shown
		}
		if from == 0 {
			shown = bytes.Clone(buffer)
		}
		from = at + len(p.text)
		for i := at; i < from; i++ {
			shown[i] = '*'
		}
	}
}
