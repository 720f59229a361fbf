package stdlib_test

import (
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strconv"
	"sync"
	"testing"

	shadowiter "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/iter"
	shadowsync "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/sync"
)

type pull func(iter.Seq[int]) (func() (int, bool), func())

func TestPull(t *testing.T) {
	var log []string
	count := func(yield func(int) bool) {
		defer func() { log = append(log, "left") }()
		for i := range 3 {
			if !yield(i) {
				return
			}
		}
	}
	for _, row := range []struct {
		name, want string
		f          func(pull) any
	}{
		{"drained", "[0 true 1 true 2 true left 0 false 0 false]", func(p pull) any {
			next, stop := p(count)
			defer stop()
			for range 5 {
				v, ok := next()
				log = append(log, fmt.Sprint(v), fmt.Sprint(ok))
			}
			return log
		}},
		{"stopped", "[left 0 false]", func(p pull) any {
			next, stop := p(count)
			next()
			stop()
			stop()
			v, ok := next()
			return append(log, fmt.Sprint(v), fmt.Sprint(ok))
		}},
		{"stopped at once", "[]", func(p pull) any {
			_, stop := p(count)
			stop()
			return log
		}},
		{"panic", "panic string: boom", func(p pull) any {
			next, stop := p(func(yield func(int) bool) { panic("boom") })
			defer stop()
			next()
			return log
		}},
		{"panic in stop", "panic string: late", func(p pull) any {
			next, stop := p(func(yield func(int) bool) {
				yield(1)
				panic("late")
			})
			next()
			stop()
			return log
		}},
		{"yield ignored", "panic string: x", func(p pull) any {
			next, stop := p(func(yield func(int) bool) {
				for yield(1) {
				}
				panic("x")
			})
			next()
			stop()
			return log
		}},
	} {
		compare(t, row.name, row.want, pull(iter.Pull[int]), pull(shadowiter.Pull[int]), func(p pull) any {
			log = nil
			return row.f(p)
		})
	}
}

func TestPullGoexit(t *testing.T) {
	for who, p := range map[string]pull{"original": iter.Pull[int], "shadow": shadowiter.Pull[int]} {
		ended := make(chan bool)
		go func() {
			defer close(ended)
			next, _ := p(func(func(int) bool) { runtime.Goexit() })
			next()
			t.Errorf("%s: next returned, want it to end the goroutine", who)
		}()
		<-ended
	}
}

func TestPull2(t *testing.T) {
	type pull2 func(iter.Seq2[string, error]) (func() (string, error, bool), func())
	compare(t, "pairs", "[a <nil> true b EOF true  <nil> false]", pull2(iter.Pull2[string, error]), pull2(shadowiter.Pull2[string, error]), func(p pull2) any {
		next, stop := p(func(yield func(string, error) bool) { _ = yield("a", nil) && yield("b", errors.New("EOF")) })
		defer stop()
		var log []string
		for range 3 {
			k, v, ok := next()
			log = append(log, k, fmt.Sprint(v), fmt.Sprint(ok))
		}
		return log
	})
}

func TestOnceValue(t *testing.T) {
	type once func(func() int) func() int
	calls := 0
	compare(t, "value", "7 7 1", once(sync.OnceValue[int]), once(shadowsync.OnceValue[int]), func(o once) any {
		calls = 0
		f := o(func() int { calls++; return 7 })
		return fmt.Sprint(f(), f(), calls)
	})
	compare(t, "panic", "panic string: boom / panic string: boom / 1", once(sync.OnceValue[int]), once(shadowsync.OnceValue[int]), func(o once) any {
		calls = 0
		f := o(func() int { calls++; panic("boom") })
		call := func() any { return f() }
		return outcome(call) + " / " + outcome(call) + " / " + strconv.Itoa(calls)
	})
	type onces func(func() (int, error)) func() (int, error)
	compare(t, "values", "7 odd", onces(sync.OnceValues[int, error]), onces(shadowsync.OnceValues[int, error]), func(o onces) any {
		v, err := o(func() (int, error) { return 7, errors.New("odd") })()
		return fmt.Sprint(v, err)
	})
}
