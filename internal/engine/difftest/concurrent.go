package difftest

import "fmt"

// concurrent writes goroutines that end before the statements do, and whose
// results do not depend on who comes first.
func (g *generator) concurrent() {
	g.line("func() {")
	g.apart(func() {
		t := g.basic()
		switch g.below(7) {
		case 0:
			g.waitGroup(t)
		case 1:
			g.pipeline(t)
		case 2:
			g.buffered(t)
		case 3:
			g.selected(t)
		case 4:
			g.locked()
		case 5:
			g.panicking(t)
		default:
			g.pingPong(t)
		}
	})
	g.line("}()")
}

func (g *generator) waitGroup(t *typ) {
	g.uses("WaitGroup")
	n := g.between(1, 5)
	g.line("var group sync.WaitGroup")
	g.line("results := [%d]%s{}", n, t)
	g.line("for i := range %d {", n)
	if g.chance(50) {
		g.line("\tgroup.Go(func() { results[i] = %s })", g.pure(t, 3))
	} else {
		g.line("\tgroup.Add(1)")
		g.line("\tgo func(slot int) { defer group.Done(); results[slot] = %s }(i)", g.pure(t, 3))
	}
	g.line("}")
	g.line("group.Wait()")
	g.line("fmt.Println(results)")
}

func (g *generator) pipeline(t *typ) {
	g.uses("pipeline")
	capacity := g.below(3)
	g.line("first, second := make(chan %s, %d), make(chan %s)", t, capacity, t)
	g.line("go func() {")
	g.line("\tdefer close(first)")
	g.line("\tfor range %d { first <- %s }", g.between(1, 4), g.pure(t, 2))
	g.line("}()")
	g.line("go func(in <-chan %s, out chan<- %s) {", t, t)
	g.line("\tdefer close(out)")
	g.block(func() {
		g.scope = append(g.scope, variable{name: "x", t: t, fixed: true})
		g.line("for x := range in { _ = x; out <- %s }", g.pure(t, 3))
	})
	g.line("}(first, second)")
	g.line("for x := range second { fmt.Println(x) }")
}

func (g *generator) buffered(t *typ) {
	g.uses("buffered channel")
	n := g.between(1, 4)
	g.line("c := make(chan %s, %d)", t, n)
	for range g.between(1, n) {
		g.line("c <- %s", g.pure(t, 2))
	}
	g.line("fmt.Println(len(c), cap(c), <-c)")
	g.line("close(c)")
	g.line("for range %d { x, ok := <-c; fmt.Println(x, ok) }", n)
	g.line("for x := range c { fmt.Println(\"never\", x) }")
}

// selected is a select with one case that can go on.
func (g *generator) selected(t *typ) {
	g.uses("select")
	g.line("ready, full, never := make(chan %s, 2), make(chan %s), (chan %s)(nil)", t, t, t)
	if g.chance(60) {
		g.line("ready <- %s", g.pure(t, 2))
	} else {
		g.line("close(ready)")
	}
	g.line("for range 3 {")
	g.line("\tselect {")
	g.line("\tcase x, ok := <-ready: fmt.Println(\"ready\", x, ok)")
	g.line("\tcase full <- %s: fmt.Println(\"full\")", g.pure(t, 1))
	g.line("\tcase <-never: fmt.Println(\"never\")")
	g.line("\tdefault: fmt.Println(\"default\")")
	g.line("\t}")
	g.line("}")
	g.line("list := make([]%s, 2)", t)
	g.line("go func() { full <- %s }()", g.pure(t, 1))
	g.line("select {")
	g.line("case list[trace(\"index\", 1)] = <-full:")
	g.line("case never <- %s:", g.pure(t, 1))
	g.line("}")
	g.line("fmt.Println(list)")
}

func (g *generator) locked() {
	g.uses("Mutex")
	t := pick(g, integers...)
	g.line("var mutex sync.%s", pick(g, "Mutex", "RWMutex"))
	g.line("var group sync.WaitGroup")
	g.line("var sum %s", t)
	g.line("seen := map[int]bool{}")
	g.line("for i := range %d {", g.between(2, 6))
	g.line("\tgroup.Go(func() {")
	g.line("\t\tmutex.Lock()")
	g.line("\t\tdefer mutex.Unlock()")
	g.line("\t\tsum += %s(i) * %s", t, g.pure(t, 2))
	g.line("\t\tseen[i%%3] = true")
	g.line("\t})")
	g.line("}")
	g.line("group.Wait()")
	g.line("fmt.Println(sum, seen)")
}

func (g *generator) panicking(t *typ) {
	g.uses("panic in a goroutine")
	g.line("done := make(chan string)")
	g.line("go func() {")
	g.line("\tdefer func() { done <- fmt.Sprint(recover()) }()")
	g.indent++
	g.line("use(%s)", g.pure(t, 2))
	g.panics()
	g.indent--
	g.line("}()")
	g.line("fmt.Println(<-done)")
}

func (g *generator) pingPong(t *typ) {
	g.uses("ping-pong")
	g.line("ping, pong := make(chan %s), make(chan %s)", t, t)
	g.line("go func() { for x := range ping { fmt.Println(\"ping\", x); pong <- x }; close(pong) }()")
	g.line("for range %d { ping <- %s; fmt.Println(\"pong\", <-pong) }", g.between(1, 3), g.pure(t, 2))
	g.line("close(ping)")
	g.line("%s, ok := <-pong", "_")
	g.line("fmt.Println(ok)")
	if g.chance(40) {
		g.uses("Once")
		g.line("var once sync.Once")
		g.line("for i := range 3 { once.Do(func() { fmt.Println(\"once\", i, %s) }) }", fmt.Sprint(g.below(9)))
	}
}
