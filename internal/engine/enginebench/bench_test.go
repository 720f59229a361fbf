package enginebench

import (
	"fmt"
	"strconv"
	"testing"
)

// newSessions are the interpreters that are compared.
var newSessions = []struct {
	name string
	make func() (cell, error)
}{
	{"engine", newEngine},
	{"gomacro", newGomacro},
}

func TestProgramsGiveWhatCompiledOnesGive(t *testing.T) {
	c, err := newEngine()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range programs {
		got, err := c.run(p.call(p.small))
		if err != nil {
			t.Errorf("%s: %v", p.name, err)
		} else if want := p.compiled(p.small); fmt.Sprint(got) != strconv.Itoa(want) {
			t.Errorf("%s = %v, want %d", p.call(p.small), got, want)
		}
	}
}

func BenchmarkPrograms(b *testing.B) {
	for _, p := range programs {
		b.Run(p.name+"/compiled", func(b *testing.B) {
			for b.Loop() {
				p.compiled(p.n)
			}
		})
		for _, s := range newSessions {
			b.Run(p.name+"/"+s.name, func(b *testing.B) {
				c, err := s.make()
				if err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					if _, err := c.run(p.call(p.n)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkCells(b *testing.B) {
	for _, row := range cellRows {
		for _, s := range newSessions {
			b.Run(row.name+"/"+s.name, func(b *testing.B) {
				c, err := s.make()
				if err != nil {
					b.Fatal(err)
				}
				for i := 0; b.Loop(); i++ {
					if _, err := c.run(row.code(i)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
