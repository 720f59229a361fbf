package params

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// profiles are all providers, for what starts from a file and not from a Params value.
var profiles = []*profile{auth0, entra, gitHub, google, implicit, keycloak, oidc, okta, sgConnect, sgID}

// DotenvCheck is what [CheckDotenv] found out about a dotenv file.
type DotenvCheck struct {
	// Provider is the name of the provider the file is for ("SG Connect").
	Provider string
	// Keys are the keys that have a value, sorted; nil if the file can't be read.
	Keys []string
	// Config is what the file alone resolves to, nil if it does not.
	Config *Config
}

// CheckDotenv resolves the dotenv file at path with nothing else given. The file's name
// says the provider and the mode, as it does where a Params value looks for its file.
// Its errors are *[Error], with CodeDotenvMissing if no provider has files of that name;
// what is known by then comes with them. The values are in Config alone.
func CheckDotenv(path string) (DotenvCheck, error) {
	folder, file := filepath.Split(path)
	p, mode := profileOf(file)
	if p == nil {
		return DotenvCheck{}, &Error{Code: CodeDotenvMissing, Field: "DotenvFile", File: path,
			Message: "no provider has dotenv files of the name " + file,
			Next:    "name it after its provider, like " + google.dotenv + ".env or " + google.dotenv + "-demo.env"}
	}
	found := DotenvCheck{Provider: p.name}
	in := input{folder: folder, file: file}
	if mode != "" {
		in.direct = map[string]string{"mode": mode}
	}
	if err := checkThere(path, in); err != nil {
		return found, err
	}
	entries, err := readDotenv(path, slices.Sorted(maps.Keys(p.fields())))
	if err != nil {
		return found, err
	}
	found.Keys = []string{}
	for _, e := range entries {
		if e.value != "" {
			found.Keys = append(found.Keys, e.key)
		}
	}
	slices.Sort(found.Keys)
	found.Config, err = p.resolve(in)
	return found, err
}

// profileOf finds the provider, and the mode if there is one in it, that the name of a
// dotenv file stands for; nil if it stands for none.
func profileOf(file string) (*profile, string) {
	for _, p := range profiles {
		for _, mode := range append([]string{""}, p.modes...) {
			rest, fits := strings.CutPrefix(file, p.dotenv+mode)
			if fits && (rest == ".env" || strings.HasPrefix(rest, "-") && strings.HasSuffix(rest, ".env")) {
				return p, mode
			}
		}
	}
	return nil, ""
}
