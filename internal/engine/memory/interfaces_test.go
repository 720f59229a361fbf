package memory_test

import (
	"reflect"
	"runtime"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
)

// The runtime's error for a failed assertion is filled in field by field. Its words
// come from the runtime, so they tell whether the fields are where they were.
func TestFailed(t *testing.T) {
	defer func() {
		err, ok := recover().(*runtime.TypeAssertionError)
		if !ok {
			t.Fatal("no *runtime.TypeAssertionError")
		}
		var held any = 1
		_, want := func() (s string, err error) {
			defer func() { err = recover().(error) }()
			return held.(string), nil
		}()
		if err.Error() != want.Error() {
			t.Errorf("says %q, want %q", err, want)
		}
	}()
	memory.Failed(memory.TypeOf(reflect.TypeFor[any]()), memory.TypeOf(reflect.TypeFor[int]()).Raw(), memory.TypeOf(reflect.TypeFor[string]()))
}
