package assist

import (
	"go/scanner"
	"go/token"
	"strings"
	"unicode/utf8"
)

// source is code and its tokens without comments.
type source struct {
	code   string
	tokens []lexeme
	open   bool // the code ends inside of a string or a comment
}

type lexeme struct {
	tok        token.Token
	start, end int
	automatic  bool // a semicolon that the end of a line stands for
}

func scan(code string) *source {
	s := &source{code: code}
	var sc scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(code))
	sc.Init(file, []byte(code), func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, literal := sc.Scan()
		if tok == token.EOF {
			return s
		}
		l := lexeme{tok: tok, start: file.Offset(pos)}
		l.automatic = tok == token.SEMICOLON && literal == "\n"
		var closed bool
		l.end, closed = lexemeEnd(code, l, literal)
		switch {
		case tok == token.COMMENT:
			s.open = !closed
		case !l.automatic:
			s.open = !closed
			s.tokens = append(s.tokens, l)
		case l.start < len(code): // else it ends the file
			s.tokens = append(s.tokens, l)
		}
	}
}

// lexemeEnd is where l ends, and whether it can have no more characters. It
// measures in the code: the scanner drops carriage returns from literals.
func lexemeEnd(code string, l lexeme, literal string) (end int, closed bool) {
	rest := code[l.start:]
	until := func(skip int, mark string) (int, bool) {
		if i := strings.Index(rest[skip:], mark); i >= 0 {
			return l.start + skip + i + len(mark), true
		}
		return len(code), false
	}
	switch {
	case l.automatic:
		return l.start, true
	case l.tok == token.COMMENT && strings.HasPrefix(rest, "/*"):
		return until(len("/*"), "*/")
	case l.tok == token.COMMENT:
		return until(0, "\n")
	case l.tok == token.STRING && rest[0] == '`':
		return until(1, "`")
	case l.tok == token.ILLEGAL:
		_, size := utf8.DecodeRuneInString(rest)
		return l.start + size, true
	case literal == "":
		return l.start + len(l.tok.String()), true
	}
	end = min(l.start+len(literal), len(code))
	if l.tok == token.STRING || l.tok == token.CHAR {
		return end, end < len(code) || quoted(code[l.start:end])
	}
	return end, true
}

// quoted reports whether a literal that begins with a quote ends with it.
func quoted(literal string) bool {
	body, ok := strings.CutSuffix(literal[1:], literal[:1])
	escapes := len(body) - len(strings.TrimRight(body, `\`))
	return ok && escapes%2 == 0
}

// at is token i, ILLEGAL for none.
func (s *source) at(i int) token.Token {
	if i < 0 || i >= len(s.tokens) {
		return token.ILLEGAL
	}
	return s.tokens[i].tok
}

func (s *source) last() token.Token { return s.at(len(s.tokens) - 1) }

// cutWord takes off the name or keyword that the code ends with, and is where it
// begins: at the end of the code when there is none.
func (s *source) cutWord() int {
	n := len(s.tokens)
	if n == 0 || s.tokens[n-1].end != len(s.code) {
		return len(s.code)
	}
	l := s.tokens[n-1]
	if l.tok != token.IDENT && !l.tok.IsKeyword() {
		return len(s.code)
	}
	s.code, s.tokens = s.code[:l.start], s.tokens[:n-1]
	return l.start
}

var closing = map[token.Token]string{token.LPAREN: ")", token.LBRACK: "]", token.LBRACE: "}"}

func opens(t token.Token) bool { return closing[t] != "" }

func closes(t token.Token) bool {
	return t == token.RPAREN || t == token.RBRACK || t == token.RBRACE
}

// enclosing is the bracket around token i, -1 for none.
func (s *source) enclosing(i int) int {
	depth := 0
	for i--; i >= 0; i-- {
		switch {
		case closes(s.tokens[i].tok):
			depth++
		case opens(s.tokens[i].tok):
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

// afterBrace reports whether the code ends where an element of a composite literal
// could begin.
func (s *source) afterBrace() bool {
	if tok := s.last(); tok != token.LBRACE && tok != token.COMMA {
		return false
	}
	return s.at(s.enclosing(len(s.tokens))) == token.LBRACE
}

// importing reports whether the last token, a string, is an import path.
func (s *source) importing() bool {
	n := len(s.tokens) - 1
	i := n - 1
	if tok := s.at(i); tok == token.IDENT || tok == token.PERIOD {
		i-- // the package's name
	}
	if s.at(i) == token.IMPORT {
		return true
	}
	open := s.enclosing(n)
	return s.at(open) == token.LPAREN && s.at(open-1) == token.IMPORT
}

// operand is the first token of the operand that ends before token end, such as
// a name or a chain of calls; -1 for none.
func (s *source) operand(end int) int {
	i := end - 1
	for {
		switch tok := s.at(i); {
		case closes(tok):
			if i = s.enclosing(i); i < 0 {
				return -1
			}
			switch before := s.at(i - 1); {
			case before == token.IDENT, closes(before):
				i--
				continue
			case before == token.PERIOD: // x.(T)
				i -= 2
				continue
			}
			return i
		case tok != token.IDENT && tok != token.STRING:
			return -1
		case s.at(i-1) != token.PERIOD:
			return i
		}
		i -= 2
	}
}

// maxNesting bounds how deep the code may nest: what looks at it recurses as deep,
// and Go ends the process when a stack reaches 1 GB.
const maxNesting = 10_000

// tooNested reports whether the code may nest deeper. The measure is an upper
// bound: in each open bracket the tokens since its last comma or semicolon.
func (s *source) tooNested() bool {
	var outside []int // the count outside of each open bracket
	here, sum := 0, 0
	for _, l := range s.tokens {
		switch {
		case l.tok == token.COMMA, l.tok == token.SEMICOLON:
			sum -= here
			here = 0
			continue
		case opens(l.tok):
			outside = append(outside, here+1)
			sum++
			here = 0
		case closes(l.tok):
			sum -= here
			here = 0
			if n := len(outside); n > 0 {
				here = outside[n-1]
				outside = outside[:n-1]
			}
		}
		here++
		if sum++; sum > maxNesting {
			return true
		}
	}
	return false
}
