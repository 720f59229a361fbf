package assist

import (
	"go/token"
	"strings"
)

// part is a part of a cell that the parser reads as one: an import, a declaration
// or a statement. closers end what is open in it.
type part struct {
	first      token.Token
	declares   bool // it is a declaration that a function cannot contain
	start, end int
	closers    string
}

// level is an open bracket, or the cell, and the statement in it.
type level struct {
	open   lexeme
	group  bool        // a bracket around specifications, as in import (
	first  token.Token // of the statement, ILLEGAL before it
	start  int         // of the statement
	header bool        // of an if, for, switch or select, whose block is to come
	inner  token.Token // the bracket in the statement that was closed last
}

// span is a part of the code.
type span struct{ start, end int }

// mender cuts code into parts that the parser can read. Brackets without a
// counterpart become blanks, those that are open at the end are closed.
type mender struct {
	*source
	text   []byte
	levels []level
	parts  []part
	places []span // of the parts, in the file that was made of them last
	stmts  []span // statements and declarations, the inner ones first
	start  int    // of the next part
	tail   int    // where the last token ended
	first  int    // the token that the next part begins with, -1 before it
}

// mend cuts the code into parts. name says that a name is going to be put behind
// its end.
func mend(s *source, name bool) *mender {
	m := &mender{source: s, text: []byte(s.code), levels: []level{{}}, first: -1}
	for i := range s.tokens {
		m.token(i)
	}
	if name && m.first < 0 {
		m.first = len(s.tokens)
	}
	m.endPart(len(s.code), name)
	return m
}

func (m *mender) top() *level { return &m.levels[len(m.levels)-1] }

func (m *mender) token(i int) {
	l := m.tokens[i]
	if l.tok == token.FUNC && len(m.levels) > 1 && m.lineStart(l.start) && m.declaresFunc(i) {
		m.endPart(l.start, false) // what is open before it was never closed
	}
	if m.first < 0 && l.tok != token.SEMICOLON {
		m.first = i
	}
	top := m.top()
	if top.first == token.ILLEGAL && l.tok != token.SEMICOLON {
		top.first, top.start = l.tok, l.start
	}
	switch l.tok {
	case token.ILLEGAL:
		m.blank(l.start, l.end)
	case token.LPAREN, token.LBRACK, token.LBRACE:
		if l.tok == token.LBRACE {
			top.header = false
		}
		m.levels = append(m.levels, level{open: l, group: m.isGroup(i)})
	case token.RPAREN, token.RBRACK, token.RBRACE:
		m.closeBracket(l)
	case token.IF, token.FOR, token.SWITCH, token.SELECT:
		top.header = true
	case token.COLON:
		if top.first == token.CASE || top.first == token.DEFAULT {
			top.first = token.ILLEGAL
		}
	case token.SEMICOLON:
		m.semicolon(l)
	}
	m.tail = l.end
}

func (m *mender) lineStart(offset int) bool { return offset == 0 || m.code[offset-1] == '\n' }

// isGroup reports whether the bracket at token i is around specifications.
func (m *mender) isGroup(i int) bool {
	switch m.at(i - 1) {
	case token.IMPORT, token.CONST, token.VAR, token.TYPE:
		return true
	}
	return false
}

// closeBracket closes the innermost bracket that l fits. Those inside of it are
// left out, and so is l when there is none.
func (m *mender) closeBracket(l lexeme) {
	for n := len(m.levels) - 1; n > 0; n-- {
		if closing[m.levels[n].open.tok] != l.tok.String() {
			continue
		}
		m.drop(n + 1)
		m.endStatement(l.start)
		inner := m.levels[n].open.tok
		m.levels = m.levels[:n]
		m.top().inner = inner
		return
	}
	m.blank(l.start, l.end)
}

// blank puts blanks in the place of code.
func (m *mender) blank(start, end int) {
	for i := start; i < end; i++ {
		if m.text[i] != '\n' {
			m.text[i] = ' '
		}
	}
}

// endStatement notes the statement in the innermost bracket, which ends here.
func (m *mender) endStatement(end int) {
	if top := m.top(); top.first != token.ILLEGAL {
		m.stmts = append(m.stmts, span{top.start, end})
	}
}

// drop leaves out the brackets from level n on.
func (m *mender) drop(n int) {
	for _, l := range m.levels[n:] {
		m.blank(l.open.start, l.open.end)
	}
	m.levels = m.levels[:n]
}

// semicolon ends a statement. The end of a line where only a comma could follow
// shows that a bracket before was never closed.
func (m *mender) semicolon(l lexeme) {
	for top := m.top(); l.automatic && top.open.tok != token.LBRACE && !top.group && len(m.levels) > 1; top = m.top() {
		m.drop(len(m.levels) - 1)
	}
	if len(m.levels) == 1 {
		if m.top().header && !l.automatic {
			return
		}
		end := l.end
		if line, _, _ := strings.Cut(m.code[end:], "\n"); strings.HasPrefix(strings.TrimLeft(line, " \t"), "//") {
			end += len(line) // the comment is not the next part's
		}
		m.endPart(end, false)
		return
	}
	top := m.top()
	if l.automatic || !top.header {
		m.endStatement(l.end)
		*top = level{open: top.open, group: top.group}
	}
}

// endPart ends the part at offset end.
func (m *mender) endPart(end int, name bool) {
	if m.first >= 0 {
		p := part{first: m.at(m.first), start: m.start, end: end, closers: m.closers(name)}
		p.declares = p.first == token.CONST || p.first == token.TYPE || p.first == token.FUNC && m.declaresFunc(m.first)
		if p.closers != "" && !name {
			p.end = max(m.tail, p.start)
		}
		m.parts = append(m.parts, p)
		m.stmts = append(m.stmts, span{p.start, p.end})
	}
	m.levels = append(m.levels[:0], level{})
	m.start, m.first = end, -1
}

// closers is what ends what is open. name: behind a name that is going to be there.
func (m *mender) closers(name bool) string {
	var b strings.Builder
	for i := len(m.levels) - 1; i >= 0; i-- {
		l := m.levels[i]
		innermost := i == len(m.levels)-1
		if (l.first == token.GO || l.first == token.DEFER) && (innermost && name || !innermost && l.inner != token.LPAREN) {
			b.WriteString("()")
		}
		if l.header {
			b.WriteString(" {}")
		}
		if i > 0 {
			b.WriteString(closing[l.open.tok])
			m.levels[i-1].inner = l.open.tok
		}
	}
	return b.String()
}

// declaresFunc reports whether the func at token i declares a function: a name
// follows, or a receiver, a name and parameters.
func (m *mender) declaresFunc(i int) bool {
	if m.at(i+1) == token.IDENT {
		return true
	}
	if m.at(i+1) != token.LPAREN {
		return false
	}
	depth := 0
	for i++; i < len(m.tokens); i++ {
		switch m.tokens[i].tok {
		case token.LPAREN:
			depth++
		case token.RPAREN:
			depth--
		}
		if depth == 0 {
			break
		}
	}
	return m.at(i+1) == token.IDENT && m.at(i+2) == token.LPAREN
}

// leaveOut takes out the statement that the parser complains about at a place in
// the file that was made last: behind an error it skips good statements. It does
// not take out what offset is in.
func (m *mender) leaveOut(at, offset int) (done bool) {
	for i, place := range m.places {
		if at < place.start || place.end < at {
			continue
		}
		at += m.parts[i].start - place.start
		for j, st := range m.stmts {
			if st.start <= at && at <= st.end && (offset < st.start || st.end < offset || st.end == offset && offset < len(m.code)) {
				m.blank(st.start, st.end)
				m.stmts[j] = span{-1, -1}
				return true
			}
		}
		return false
	}
	return false
}

// isolate makes the operand that begins at offset the only thing in its statement.
func (s *source) isolate(offset int) *source {
	m := &mender{source: s, text: []byte(s.code), levels: []level{{}}, first: -1}
	for i, l := range s.tokens {
		if l.start >= offset {
			break
		}
		m.token(i)
	}
	n := len(m.levels) - 1
	for n > 0 && m.levels[n].open.tok != token.LBRACE {
		n--
	}
	if m.levels[n].first == token.ILLEGAL {
		return s
	}
	m.blank(m.levels[n].start, offset)
	return scan(string(m.text))
}
