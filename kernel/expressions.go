package kernel

import (
	"fmt"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// evaluated is the value of one of a request's user_expressions: messaging
// specification, "Execution results".
type evaluated struct {
	Status   jupyter.Outcome   `json:"status"`
	Data     jupyter.Dict[any] `json:"data"`
	Metadata jupyter.Dict[any] `json:"metadata"`
}

// evaluate runs the user_expressions of a cell that ran well, as silent cells
// of their own. One that fails spoils neither the cell nor the others.
func (k *kernel) evaluate(c *run) jupyter.Dict[any] {
	values := make(jupyter.Dict[any], len(c.UserExpressions))
	for name, code := range c.UserExpressions {
		value, err := k.expression(c, code)
		if err != nil {
			values[name] = jupyter.ErrorReply{ErrorContent: errorContent(err)}
			continue
		}
		values[name] = value
	}
	return values
}

func (k *kernel) expression(c *run, code string) (value evaluated, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &CellError{Name: "panic", Message: fmt.Sprint(p)}
		}
	}()
	data, err := k.interpreter.Execute(Cell{Code: code, Count: k.count, Silent: true, Context: c.context})
	if err != nil || data == nil {
		return value, err
	}
	if value.Data, err = bundle(data.Data); err != nil {
		return value, err
	}
	value.Metadata, err = bundle(data.Metadata)
	return value, err
}
