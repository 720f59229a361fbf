package params_test

import (
	"fmt"
	"os"

	"github.com/ipyauth/ipyauth/params"
)

var (
	_ params.Source = params.ParamsSgConnect{}
	_ params.Source = params.ParamsOIDC{}
)

func ExampleParamsSgConnect() {
	p := params.ParamsSgConnect{ClientID: "my-app", Scope: "api.get-trades.v1", DotenvFolder: os.TempDir()}
	cfg, err := p.Resolve()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cfg.Mode, cfg.ResponseType, cfg.Scopes)
	fmt.Println(cfg.Endpoints.Authorization)
	// Output:
	// PRD token [openid profile api.get-trades.v1]
	// https://sso.sgmarkets.com/sgconnect/oauth2/authorize
}

func ExampleError() {
	_, err := params.ParamsSgConnect{Mode: "HOM", ClientID: "my-app", DotenvFolder: os.TempDir()}.Resolve()
	fmt.Println(err)
	// Output:
	// BaseURL is missing (the HOM address of SG Connect is not public): set BaseURL, or write base_url=https://.../sgconnect in the dotenv file
}
