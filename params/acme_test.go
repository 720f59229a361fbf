package params

// ParamsAcme is a provider that only tests know. This file is all there is of it.
type ParamsAcme struct {
	Region, Flavour, ClientID, DotenvFolder string
}

func (p ParamsAcme) Resolve() (*Config, error) {
	return acme.resolve(input{
		direct: map[string]string{"region": p.Region, "flavour": p.Flavour, "client_id": p.ClientID},
		folder: p.DotenvFolder,
	})
}

var acme = &profile{
	id: "acme", name: "Acme",
	dotenv:     "ipyauth-acme",
	grants:     []ResponseType{Code},
	scopes:     openIDScopes,
	keys:       map[string]string{"region": "Region", "flavour": "Flavour"},
	parameters: []string{"flavour"},
	userClaims: []string{"name", "sub"},
	locate: func(c *Config, v settings) error {
		if v.get("region") == "" {
			return v.fault(CodeBaseURL, "region", "is missing", "set it to eu or us")
		}
		c.openID("https://" + v.get("region") + ".acme.example")
		return nil
	},
}
