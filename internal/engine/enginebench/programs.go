package enginebench

import (
	"bytes"
	"fmt"
	"io"
	"sort"
	"strings"
)

// What follows is compiled into this package and given to the interpreters as a
// cell, word by word. It is in a Go that all of them know.

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func loop(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		s += i & 3
	}
	return s
}

func sieve(n int) int {
	composite := make([]bool, n+1)
	count := 0
	for i := 2; i <= n; i++ {
		if composite[i] {
			continue
		}
		count++
		for j := i + i; j <= n; j += i {
			composite[j] = true
		}
	}
	return count
}

type account struct {
	name    string
	balance int
}

func (a *account) add(n int) { a.balance += n }

func steps(n int) int {
	a := &account{name: "a"}
	m := map[int]int{}
	for i := 0; i < n; i++ {
		a.add(i & 7)
		m[i&1023] = a.balance
	}
	return a.balance + len(m)
}

func toUpper(n int) int {
	k := 0
	for i := 0; i < n; i++ {
		k += len(strings.ToUpper("GO"))
	}
	return k
}

func sprint(n int) int {
	k := 0
	for i := 0; i < n; i++ {
		k += len(fmt.Sprint(i, "a"))
	}
	return k
}

func sortInts(n int) int {
	list := make([]int, n)
	for i := range list {
		list[i] = i * 7919 % n
	}
	sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
	return list[n/2]
}

func appendInts(n int) int {
	var list []int
	for i := 0; i < n; i++ {
		list = append(list, i)
	}
	return len(list)
}

func build(n int) int {
	var b strings.Builder
	for i := 0; i < n; i++ {
		b.WriteString("ab")
		b.WriteByte('c')
	}
	return b.Len()
}

func counter() func() int {
	k := 0
	return func() int {
		k++
		return k
	}
}

func closures(n int) int {
	next := counter()
	s := 0
	for i := 0; i < n; i++ {
		s += next()
	}
	return s
}

type shape interface{ area() int }

type square struct{ side int }

func (s square) area() int { return s.side * s.side }

func methods(n int) int {
	var s shape = square{3}
	k := 0
	for i := 0; i < n; i++ {
		k += s.area()
	}
	return k
}

func compiledMethods(n int) int {
	var buf bytes.Buffer
	var w io.Writer = &buf
	text := []byte("ab")
	for i := 0; i < n; i++ {
		w.Write(text)
	}
	return buf.Len()
}

func pingPong(n int) int {
	there, back := make(chan int), make(chan int)
	go func() {
		for i := 0; i < n; i++ {
			back <- <-there + 1
		}
	}()
	s := 0
	for i := 0; i < n; i++ {
		there <- i
		s += <-back
	}
	return s
}

func start(n int) int {
	done := make(chan int)
	s := 0
	for i := 0; i < n; i++ {
		go func() { done <- 1 }()
		s += <-done
	}
	return s
}

func matrix(n int) int {
	var a, b, c [][]float64
	for i := 0; i < n; i++ {
		a, b, c = append(a, make([]float64, n)), append(b, make([]float64, n)), append(c, make([]float64, n))
		for j := 0; j < n; j++ {
			a[i][j], b[i][j] = float64(i+j), float64(i-j)
		}
	}
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			sum := 0.0
			for k := 0; k < n; k++ {
				sum += a[i][k] * b[k][j]
			}
			c[i][j] = sum
		}
	}
	return int(c[n/2][n/3])
}

func words(n int) int {
	count := map[string]int{}
	text := strings.Fields("the quick brown fox jumps over the lazy dog and the cat")
	for i := 0; i < n; i++ {
		for _, w := range text {
			count[w]++
		}
	}
	return count["the"]
}

type numbers struct {
	a int
	b int32
	c uint8
	d uint32
	e uint64
	f float64
}

func (x *numbers) sum() int {
	return x.a + int(x.b) + int(x.c) + int(x.d&0xffff) + int(x.e&0xffff) + int(x.f)
}

// operators uses the operators on variables in all places, of all sizes.
func operators(n int) int {
	var a, k int = 3, 0
	var b int32 = 5
	var c uint8 = 7
	var d uint32 = 11
	var e uint64 = 13
	f := 1.5
	x := &numbers{a: 1, b: 2, c: 3, d: 4, e: 5, f: 6}
	list := []int{1, 2, 3}
	change := func(by int) int {
		k += by
		k ^= 3
		k *= 3
		k &= 0xffff
		return k
	}
	for i := n; i > 0; i -= 1 {
		a = a*3 + i
		a &= 0xffffff
		a ^= list[i%3]
		b = b*5 - int32(i)
		b |= 1
		c += c * 3
		c -= uint8(i)
		d = d ^ d*7
		d += 5
		e = e*31 + uint64(d)
		e &= 0xffffffff
		f = f*1.25 - 0.5
		if f > 1000 {
			f -= 999.5
		}
		x.a += a
		x.a &= 0xffff
		x.b -= b
		x.c ^= c
		x.d *= d | 1
		x.e |= e
		x.f += f
		list[i%3] += change(i)
		if i == n/2 {
			list[0] -= 5
		} else if i != 3 {
			list[1]--
		}
		if a >= 100 {
			k++
		}
		if k <= a {
			k -= list[2] & 1
		}
	}
	return a + k + x.sum() + list[0] + list[1] + int(b) + int(c) + int(d) + int(e)
}
