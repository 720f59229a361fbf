package ipyauth_test

import (
	"errors"
	"fmt"

	"github.com/ipyauth/ipyauth"
	"github.com/ipyauth/ipyauth/params"
)

// Outside a notebook, New gives the error that a cell would show.
func ExampleNew() {
	_, err := ipyauth.New(ipyauth.ParamsSgConnect{Mode: "UAT", ClientID: "notebook"})
	var wrong *params.Error
	if errors.As(err, &wrong) {
		fmt.Println(wrong.Code, wrong.Field)
	}
	// Output: mode Mode
}

// Before anybody signed in, everything is there to ask, and there is no token.
func ExampleNewAuth() {
	a := ipyauth.NewAuth(ipyauth.ParamsSgConnect{ClientID: "notebook", Scope: "api.demo.v1"})
	fmt.Println(a)
	fmt.Println(a.Scopes())
	_, err := a.Client().Get("https://sso.sgmarkets.com/sgconnect/oauth2/userinfo")
	fmt.Println(errors.Is(err, ipyauth.ErrSignInRequired), a.AccessToken() == "")
	// Output:
	// SG Connect: signed out
	// [openid profile api.demo.v1]
	// true true
}
