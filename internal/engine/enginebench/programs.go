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
