package widget_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

// asked is a kernel whose user answers every question.
type asked struct {
	host
	answer   string
	err      error
	prompts  int
	password bool
}

func (a *asked) Prompt(_ string, password bool) (string, error) {
	a.prompts++
	a.password = password
	return a.answer, a.err
}

func TestAMissingClientSecretIsAskedFor(t *testing.T) {
	missing := &params.Error{Code: params.CodeClientSecretMissing}
	google := params.ParamsGoogle{ClientID: "notebook"}
	rows := []struct {
		name    string
		params  params.Source
		user    asked
		want    error
		prompts int
	}{
		{"typed", google, asked{answer: " canary-secret "}, nil, 1},
		{"typed, another provider", params.ParamsGitHub{ClientID: "notebook"}, asked{answer: "canary-secret"}, nil, 1},
		{"nothing typed", google, asked{answer: "  "}, missing, 1},
		{"nobody to ask", google, asked{err: cell.ErrNoInput}, missing, 1},
		{"interrupted", google, asked{err: cell.ErrInterrupted}, missing, 1},
		{"there is one", google.WithClientSecret(params.NewSecret("canary-secret")), asked{}, nil, 0},
		{"none is wanted", params.ParamsSgConnect{ClientID: "notebook"}, asked{}, nil, 0},
		{"something else is wrong", params.ParamsGoogle{}, asked{answer: "canary-secret"}, &params.Error{Code: params.CodeClientID}, 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			row.user.host = host{t.Context()}
			t.Cleanup(cell.Bind(&row.user))
			a, err := widget.New(row.params)
			if row.want == nil && err != nil || !errors.Is(err, row.want) {
				t.Errorf("New = %v, want %v", err, row.want)
			}
			if row.user.prompts != row.prompts || row.prompts > 0 && !row.user.password {
				t.Errorf("asked %d times, hidden %v; want %d times, hidden", row.user.prompts, row.user.password, row.prompts)
			}
			if a != nil && strings.Contains(fmt.Sprintf("%+v %#v", a, a)+fmt.Sprint(a.SimpleRender()), "canary") {
				t.Error("the secret is printed")
			}
		})
	}
}
