package native

import (
	"reflect"
	"sync"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/rtype"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// callee is interpreted code that compiled code calls.
type callee struct {
	layout
	closure *run.Closure
}

// calleeType is how compiled code calls functions of one type.
type calleeType struct {
	layout
	word func(c *callee) Ptr // nil when that takes reflection
}

var calleeTypes sync.Map // reflect.Type to *calleeType

// NewClosure is a function value of type t that runs cl: the word that a variable of
// type t holds.
func NewClosure(t reflect.Type, cl *run.Closure) Ptr {
	known, ok := calleeTypes.Load(t)
	if !ok {
		known, _ = calleeTypes.LoadOrStore(t, newCalleeType(cl.Code.Shape))
	}
	ct := known.(*calleeType)
	if ct.word == nil {
		return rtype.NewClosure(t, cl, cl.Call)
	}
	return rtype.ClosureOf(cl, ct.word(&callee{ct.layout, cl}))
}

// newCalleeType looks at the plan of some function: others of the same type have
// their parameters and results in the same places.
func newCalleeType(plan *run.Signature) *calleeType {
	ct := &calleeType{}
	if !works() {
		return ct
	}
	l, sh, ok := layOut(Places(plan.Params), Places(plan.Results), true)
	if ok {
		ct.layout, ct.word = l, calleeOf(sh)
	}
	return ct
}

// run runs the code: set stores the parameters in its frame, get loads the results.
func (c *callee) run(set, get func(q Ptr)) { c.closure.CallWith(set, get) }

// word is the word that a func value is.
func word[F any](f F) Ptr { return memory.Cast[Ptr](f) }
