package ops

import (
	"go/token"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Line is a statement and its place in the cell, for tracebacks.
type Line struct {
	Pos  token.Pos
	Stmt Stmt
}

// Nothing is the empty statement.
func Nothing(Ptr) run.Control { return run.Next }

// Jump ends the statements around it: break, continue and goto.
func Jump(to run.Control) Stmt {
	if to == run.Return {
		return returned
	}
	return func(Ptr) run.Control { return to }
}

// Block runs lines one after another. labels are the lines that goto may go to.
func Block(lines []Line, labels map[run.Control]int) Stmt {
	if len(labels) > 0 {
		return blockWithLabels(lines, labels)
	}
	switch len(lines) {
	case 0:
		return Nothing
	case 1:
		pos, s := lines[0].Pos, lines[0].Stmt
		return func(p Ptr) run.Control {
			run.Of(p).Pos = pos
			return s(p)
		}
	case 2:
		pos, s, pos2, s2 := lines[0].Pos, lines[0].Stmt, lines[1].Pos, lines[1].Stmt
		return func(p Ptr) run.Control {
			run.Of(p).Pos = pos
			if c := s(p); c != run.Next {
				return c
			}
			run.Of(p).Pos = pos2
			return s2(p)
		}
	case 3:
		return blockOfThree(lines[0], lines[1], lines[2])
	}
	return func(p Ptr) run.Control {
		for i := range lines {
			l := &lines[i]
			run.Of(p).Pos = l.Pos
			if c := l.Stmt(p); c != run.Next {
				return c
			}
		}
		return run.Next
	}
}

// blockOfThree is Block for as many lines: most loops have no more.
func blockOfThree(a, b, c Line) Stmt {
	pos, s, pos2, s2, pos3, s3 := a.Pos, a.Stmt, b.Pos, b.Stmt, c.Pos, c.Stmt
	return func(p Ptr) run.Control {
		run.Of(p).Pos = pos
		if c := s(p); c != run.Next {
			return c
		}
		run.Of(p).Pos = pos2
		if c := s2(p); c != run.Next {
			return c
		}
		run.Of(p).Pos = pos3
		return s3(p)
	}
}

func blockWithLabels(lines []Line, labels map[run.Control]int) Stmt {
	return func(p Ptr) run.Control {
		for i := 0; i < len(lines); i++ {
			run.Of(p).Pos = lines[i].Pos
			c := lines[i].Stmt(p)
			if c == run.Next {
				continue
			}
			to, ok := labels[c]
			if !ok {
				return c
			}
			run.StepOf(p) // a loop may be made of gotos
			i = to - 1
		}
		return run.Next
	}
}

// Sequence runs statements one after another.
func Sequence(list ...Stmt) Stmt {
	switch len(list) {
	case 0:
		return Nothing
	case 1:
		return list[0]
	case 2:
		a, b := list[0], list[1]
		if same(b, returned) {
			if s := returnStored(storedBy(a)); s != nil {
				return s
			}
			return func(p Ptr) run.Control {
				if c := a(p); c != run.Next {
					return c
				}
				return run.Return
			}
		}
		return func(p Ptr) run.Control {
			if c := a(p); c != run.Next {
				return c
			}
			return b(p)
		}
	case 3:
		return Sequence(Sequence(list[0], list[1]), list[2])
	}
	return func(p Ptr) run.Control {
		for _, s := range list {
			if c := s(p); c != run.Next {
				return c
			}
		}
		return run.Next
	}
}

// If is the if statement; els may be nil.
func If(cond Value, then, els Stmt) Stmt {
	if o := compared(cond); o != nil {
		if s := ifOrder[int64](o, then, els); s != nil {
			return s
		}
	}
	c := Fn[bool](cond)
	if els == nil {
		return func(p Ptr) run.Control {
			if c(p) {
				return then(p)
			}
			return run.Next
		}
	}
	return func(p Ptr) run.Control {
		if c(p) {
			return then(p)
		}
		return els(p)
	}
}

// Loop is a for statement. Cond and Post may be nil. Fresh runs before Post, to
// give the next turn variables of its own.
type Loop struct {
	Cond            *Value
	Post, Body      Stmt
	Fresh           Stmt
	Break, Continue run.Control
}

// For makes the statement.
func For(l Loop) Stmt {
	body, brk, cont := l.Body, l.Break, l.Continue
	post := l.Post
	if l.Fresh != nil {
		post = l.Fresh
		if l.Post != nil {
			post = Sequence(l.Fresh, l.Post)
		}
	}
	if post == nil {
		post = Nothing
	}
	if l.Cond == nil {
		return func(p Ptr) run.Control {
			for {
				run.StepOf(p)
				if c := body(p); c != run.Next && c != cont {
					if c == brk {
						return run.Next
					}
					return c
				}
				post(p)
			}
		}
	}
	if o := compared(*l.Cond); o != nil {
		if s := forOrder(o, body, post, step(post, o.a.Off), brk, cont); s != nil {
			return s
		}
	}
	cond := Fn[bool](*l.Cond)
	return func(p Ptr) run.Control {
		for cond(p) {
			run.StepOf(p)
			if c := body(p); c != run.Next && c != cont {
				if c == brk {
					break
				}
				return c
			}
			post(p)
		}
		return run.Next
	}
}

// Do computes v for what it does.
func Do(v Value) Stmt {
	if v.Shape == memory.Block {
		f := Address(v)
		return func(p Ptr) run.Control { f(p); return run.Next }
	}
	return shapers[v.Shape].do(v)
}

func (o of[T]) do(v Value) Stmt {
	f := Fn[T](v)
	return func(p Ptr) run.Control { f(p); return run.Next }
}

// Update sets the variable at pl to what make makes of its old value. The address
// is computed once and kept in the frame at temp.
func Update(pl Place, temp uintptr, make func(old Value) Value) Stmt {
	if pl.Kind == InFrame {
		return Store(pl, make(Load(pl)))
	}
	if s := fusedUpdate(pl, make); s != nil {
		return s
	}
	to := pl.Address()
	there := Place{Kind: Through, Slot: temp, Type: pl.Type}
	store := Store(there, make(Load(there)))
	return func(p Ptr) run.Control {
		*memory.At[Ptr](p, temp) = to(p)
		return store(p)
	}
}
