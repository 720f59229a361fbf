package interp

import (
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// code is the text before a cursor, and its tokens without comments.
type code struct {
	text   string
	tokens []lexeme
	open   bool // the text ends inside of a string or a comment
}

type lexeme struct {
	offset  int
	tok     token.Token
	literal string
}

func (l lexeme) end() int {
	if l.literal != "" && l.literal != "\n" {
		return l.offset + len(l.literal)
	}
	return l.offset + len(l.tok.String())
}

func lex(text string) *code {
	c := &code{text: text}
	scan(text, scanner.ScanComments, func(offset int, tok token.Token, literal string) bool {
		if tok == token.COMMENT {
			c.open = offset+len(literal) >= len(text) && !(strings.HasPrefix(literal, "/*") && closed(literal, "*/", 2))
			return true
		}
		if tok == token.SEMICOLON && literal == "\n" && offset >= len(text) {
			return true // the one that ends the file
		}
		c.tokens = append(c.tokens, lexeme{offset, tok, literal})
		if tok == token.STRING || tok == token.CHAR {
			c.open = offset+len(literal) >= len(text) && !closed(literal, literal[:1], 1)
		} else {
			c.open = false
		}
		return true
	})
	return c
}

// closed reports whether a literal that begins with n bytes of delimiter ends
// with delim.
func closed(literal, delim string, n int) bool {
	body := literal[n:]
	if !strings.HasSuffix(body, delim) {
		return false
	}
	if delim == `"` || delim == "'" {
		inner := strings.TrimSuffix(body, delim)
		return (len(inner)-len(strings.TrimRight(inner, `\`)))%2 == 0
	}
	return true
}

// last is the last token, ILLEGAL for none.
func (c *code) last() token.Token { return c.at(len(c.tokens) - 1) }

func (c *code) at(i int) token.Token {
	if i < 0 || i >= len(c.tokens) {
		return token.ILLEGAL
	}
	return c.tokens[i].tok
}

// end is where the last token ends.
func (c *code) end() int {
	if len(c.tokens) == 0 {
		return 0
	}
	return c.tokens[len(c.tokens)-1].end()
}

// cutWord takes off the identifier that the text ends with and is its offset.
func (c *code) cutWord() int {
	n := len(c.tokens)
	if n == 0 || c.tokens[n-1].end() != len(c.text) {
		return len(c.text)
	}
	last := c.tokens[n-1]
	if last.tok != token.IDENT && !last.tok.IsKeyword() {
		return len(c.text)
	}
	c.tokens = c.tokens[:n-1]
	return last.offset
}

// importing reports whether the last token, a string, is an import path.
func (c *code) importing() bool {
	i := len(c.tokens) - 2
	if tok := c.at(i); tok == token.IDENT || tok == token.PERIOD {
		i-- // the package's name
	}
	if c.at(i) == token.IMPORT {
		return true
	}
	open := c.enclosing(len(c.tokens) - 1)
	return open > 0 && c.at(open) == token.LPAREN && c.at(open-1) == token.IMPORT
}

var brackets = map[token.Token]token.Token{token.LPAREN: token.RPAREN, token.LBRACK: token.RBRACK, token.LBRACE: token.RBRACE}

func opens(t token.Token) bool { return brackets[t] != 0 }

func closes(t token.Token) bool {
	return t == token.RPAREN || t == token.RBRACK || t == token.RBRACE
}

// enclosing is the bracket around token i, -1 for none.
func (c *code) enclosing(i int) int {
	depth := 0
	for i--; i >= 0; i-- {
		switch {
		case closes(c.tokens[i].tok):
			depth++
		case opens(c.tokens[i].tok):
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

// inLiteral reports whether a key of a composite literal may follow.
func (c *code) inLiteral() bool {
	if tok := c.last(); tok != token.LBRACE && tok != token.COMMA {
		return false
	}
	open := c.enclosing(len(c.tokens))
	return open > 0 && c.at(open) == token.LBRACE
}

// operand is the first token of the operand that ends before token end: a name,
// a call, an index, a composite literal, or a chain of them. -1: none.
func (c *code) operand(end int) int {
	i := end - 1
	for {
		switch tok := c.at(i); {
		case closes(tok):
			if i = c.enclosing(i); i < 0 {
				return -1
			}
			switch previous := c.at(i - 1); {
			case previous == token.IDENT, closes(previous):
				i--
				continue
			case previous == token.PERIOD: // x.(T)
				i -= 2
				continue
			case previous == token.MAP, previous == token.FUNC, previous == token.STRUCT, previous == token.INTERFACE:
				i--
			}
			return i
		case tok == token.IDENT, tok == token.STRING, tok == token.CHAR:
		default:
			return -1
		}
		switch c.at(i - 1) {
		case token.PERIOD:
			i -= 2
		case token.RBRACK: // []T
			i--
		case token.MUL: // []*T
			if c.at(i-2) != token.RBRACK {
				return i
			}
			i -= 2
		default:
			return i
		}
	}
}

// level is an open bracket, and what the syntax before it asks for.
type level struct {
	open    token.Token
	pending string // what the statement that is begun still needs after an expression
	loop    bool
}

// closers is what must follow an expression at offset to end what is open there.
func (c *code) closers(offset int) string {
	levels := []level{{}}
	for _, t := range c.tokens {
		if t.offset >= offset {
			break
		}
		top := &levels[len(levels)-1]
		switch t.tok {
		case token.IF, token.SWITCH, token.SELECT:
			top.pending = "{}"
		case token.FOR:
			top.pending, top.loop = "{}", true
		case token.CASE:
			top.pending = ":"
		case token.GO, token.DEFER:
			top.pending = "()"
		case token.COLON:
			if top.pending == ":" {
				top.pending = ""
			}
		case token.SEMICOLON:
			switch {
			case t.literal == "\n":
				*top = level{open: top.open}
			case top.loop && top.pending == "{}":
				top.pending, top.loop = ";{}", false
			case top.pending == ";{}":
				top.pending = "{}"
			}
		case token.LPAREN, token.LBRACK, token.LBRACE:
			if t.tok == token.LBRACE && top.pending != "()" {
				*top = level{open: top.open}
			}
			levels = append(levels, level{open: t.tok})
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(levels) > 1 {
				levels = levels[:len(levels)-1]
			}
		}
	}
	var b strings.Builder
	for _, l := range slices.Backward(levels) {
		b.WriteString(l.pending)
		if l.open != 0 {
			b.WriteString(brackets[l.open].String())
		}
	}
	return b.String()
}

// statement is where the statement at the top of the cell begins that offset is in.
func (c *code) statement(offset int) int {
	depth, start := 0, 0
	for _, t := range c.tokens {
		switch {
		case t.offset >= offset:
			return start
		case opens(t.tok):
			depth++
		case closes(t.tok):
			depth--
		case t.tok == token.SEMICOLON && depth <= 0:
			start = t.end()
		}
	}
	return start
}
