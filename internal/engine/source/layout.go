package source

import (
	"errors"
	"go/scanner"
	"slices"
	"strings"
)

// layout is the text of the file that a cell is parsed as, and where its parts
// come from.
type layout struct {
	text       string
	segments   []segment // sorted by at
	statements bool      // the file ends with the function around them
	clause     bool      // the cell has a package clause
}

// segment is a part of the file that is text of the cell.
type segment struct {
	at, from, length int
	tail             int // where in the cell its last token ends
}

// The text that the layout adds, besides a line break in front of each piece.
const (
	opening = "package main;"
	header  = "\nfunc _() {"
	footer  = "\n}\n"
)

// arrange puts pieces of code into the order of a Go file. The variables of a
// cell with statements are among these.
func arrange(code string, pieces []piece) *layout {
	l := &layout{}
	for _, p := range pieces {
		l.statements = l.statements || p.kind == statements
		l.clause = l.clause || p.kind == clause
	}
	var b strings.Builder
	b.Grow(len(opening) + len(code) + len(header) + len(footer) + len(pieces))
	b.WriteString(opening)
	l.segments = make([]segment, 0, len(pieces))
	add := func(want func(kind) bool) {
		for _, p := range pieces {
			if !want(p.kind) {
				continue
			}
			b.WriteByte('\n')
			l.segments = append(l.segments, segment{b.Len(), p.start, p.end - p.start, p.tail})
			b.WriteString(code[p.start:p.end])
		}
	}
	inBody := func(k kind) bool { return k == statements || k == variable && l.statements }
	add(func(k kind) bool { return k == imports })
	add(func(k kind) bool { return k > imports && !inBody(k) })
	if l.statements {
		b.WriteString(header)
		add(inBody)
		b.WriteString(footer)
	}
	l.text = b.String()
	return l
}

// offset is the place in the cell of a place in the file. Text of the layout
// and blanks at the end of a piece stand for the end of the piece before.
func (l *layout) offset(at int) int {
	i, found := slices.BinarySearchFunc(l.segments, at, func(s segment, at int) int { return s.at - at })
	if !found {
		i--
	}
	if i < 0 {
		return 0
	}
	s := l.segments[i]
	return min(s.from+at-s.at, s.tail)
}

// added reports whether at is in text that the layout added.
func (l *layout) added(at int) bool {
	i, found := slices.BinarySearchFunc(l.segments, at, func(s segment, at int) int { return s.at - at })
	if found {
		return false
	}
	return i == 0 || at >= l.segments[i-1].at+l.segments[i-1].length
}

// fault is the parser's first complaint.
func (l *layout) fault(err error) fault {
	var list scanner.ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		return fault{0, err.Error()}
	}
	return fault{l.offset(list[0].Pos.Offset), l.message(list[0])}
}

// message is the parser's, but for what it found behind the cell.
func (l *layout) message(e *scanner.Error) string {
	if !l.added(e.Pos.Offset) {
		return e.Msg
	}
	if before, _, ok := strings.Cut(e.Msg, ", found "); ok {
		return before + ", found the end of the cell"
	}
	return e.Msg
}
