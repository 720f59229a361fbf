package params

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// profile is what makes a provider: endpoints, defaults and quirks as data. Each
// provider's file holds one, and nothing else asks which provider it is.
type profile struct {
	id, name string
	// dotenv is the stem of the dotenv file's name; the mode follows it.
	dotenv string
	// modes are the provider's environments, the default first; nil if it has none.
	modes []string
	// grants are the response types the provider knows, the default first.
	grants []ResponseType
	// onlyGrants says of the provider why it has no others; "" if that needs no words.
	onlyGrants string
	// scopes are asked for whether the user names them or not.
	scopes []string
	// needsSecret: the token endpoint wants a client secret, even with PKCE.
	needsSecret bool
	// rewrite maps a response type to the spelling to send.
	rewrite map[ResponseType]ResponseType
	// keys are the provider's own dotenv keys, with the fields they fill.
	keys map[string]string
	// anyPage takes redirect URIs that are not the notebook's callback page.
	anyPage bool
	// parameters are those of keys that go into the authorization request, under
	// the same name.
	parameters []string
	// userClaims and hiddenScopes become Config.UserClaims and HiddenScopePrefixes.
	userClaims, hiddenScopes []string
	// locate fills in issuer, endpoints and what depends on the mode.
	locate func(c *Config, v settings) error
}

// openIDScopes are asked for at OpenID Connect providers: without openid there is no
// ID token, and profile has the user's name.
var openIDScopes = []string{"openid", "profile"}

// openIDSpelling sends the spelling of the implicit flow that OpenID Connect writes.
// The order means nothing (OAuth 2.0 Multiple Response Type Encoding Practices
// section 3), but strict providers register only this one.
var openIDSpelling = map[ResponseType]ResponseType{TokenIDToken: IDTokenToken}

// commonKeys are the dotenv keys every provider has: the seed's names, and the
// Params fields they fill.
var commonKeys = map[string]string{
	"client_id":     "ClientID",
	"client_secret": "ClientSecret",
	"redirect_uri":  "RedirectURI",
	"response_type": "ResponseType",
	"scope":         "Scope",
}

// input is what one Params value says.
type input struct {
	direct       map[string]string // by dotenv key
	folder, file string
	extra        map[string]string
}

// resolve makes a Config of a provider and an input.
func (p *profile) resolve(in input) (*Config, error) {
	v := settings{fields: p.fields(), values: map[string]setting{}, folder: in.dir()}
	for key, value := range in.direct {
		v.add(key, setting{value: value})
	}
	// The mode chooses the file, so it is looked at before the file is read.
	mode, err := p.mode(v)
	if err != nil {
		return nil, err
	}
	path, err := v.readDotenv(in, p.dotenv+mode)
	if err != nil {
		return nil, err
	}
	if path != "" && in.file == "" && v.get("mode") != "" && v.get("mode") != mode {
		return nil, v.fault(CodeMode, "mode", "contradicts the name of its file",
			"rename the file or remove the line")
	}
	c := &Config{ID: p.id, Name: p.name, UserClaims: slices.Clone(p.userClaims), HiddenScopePrefixes: slices.Clone(p.hiddenScopes)}
	if c.Mode, err = p.mode(v); err != nil {
		return nil, err
	}
	if err := p.fill(c, v, in); err != nil {
		return nil, err
	}
	c.Rows = v.rows(c, in.folder, path)
	return c, nil
}

// fill checks the values that need no further file.
func (p *profile) fill(c *Config, v settings, in input) (err error) {
	if c.ResponseType, err = p.responseType(v); err != nil {
		return err
	}
	if c.ClientID, err = v.clientID(in, p.dotenv+c.Mode); err != nil {
		return err
	}
	if c.ClientSecret, err = p.clientSecret(c, v); err != nil {
		return err
	}
	if c.ResponseType != Code {
		c.ClientSecret = Secret{} // it is sent to the token endpoint alone, which no other grant asks
	}
	if c.RedirectURI, err = v.redirectURI(p.anyPage); err != nil {
		return err
	}
	if c.Scopes, err = v.scopes(p.scopes); err != nil {
		return err
	}
	if c.Extra, err = checkExtra(in.extra); err != nil {
		return err
	}
	if err := v.addParameters(c, p.parameters); err != nil {
		return err
	}
	return p.locate(c, v)
}

func (p *profile) fields() map[string]string {
	fields := maps.Clone(commonKeys)
	maps.Copy(fields, p.keys)
	return fields
}

func (p *profile) mode(v settings) (string, error) {
	if p.modes == nil {
		return "", nil
	}
	mode := v.get("mode")
	if mode == "" {
		return p.modes[0], nil
	}
	if !slices.Contains(p.modes, mode) {
		return "", v.fault(CodeMode, "mode", "is not one of "+p.name+"'s modes", "use "+orList(p.modes))
	}
	return mode, nil
}

func (p *profile) responseType(v settings) (ResponseType, error) {
	asked := ResponseType(strings.Join(strings.Fields(v.get("response_type")), " "))
	if asked == "" {
		asked = p.grants[0]
	}
	if !slices.Contains(p.grants, asked) {
		known := make([]string, len(p.grants))
		for i, g := range p.grants {
			known[i] = strconv.Quote(string(g))
		}
		wrong := "is not one " + p.name + " can be asked for"
		if p.onlyGrants != "" {
			wrong = "is not one of " + p.name + ", " + p.onlyGrants
		}
		return "", v.fault(CodeResponseType, "response_type", wrong, "use "+orList(known))
	}
	if sent, ok := p.rewrite[asked]; ok {
		return sent, nil
	}
	return asked, nil
}

// setting is a value and where it was given: a dotenv file, an environment
// variable or, with neither, a field.
type setting struct {
	value, file, variable string
	line                  int
}

// settings are all values given, by dotenv key, with the field name of each key, and
// the folder that files are looked for in.
type settings struct {
	fields map[string]string
	values map[string]setting
	folder string
}

// add takes a value unless there is one already: direct values are added first
// and so win over the file's.
func (v settings) add(key string, s setting) {
	if _, taken := v.values[key]; !taken && s.value != "" {
		v.values[key] = s
	}
}

func (v settings) get(key string) string { return v.values[key].value }

// readDotenv adds the values of the dotenv file, if there is one, and returns
// its path.
func (v settings) readDotenv(in input, stem string) (string, error) {
	path, err := findDotenv(in, stem)
	if err != nil || path == "" {
		return "", err
	}
	entries, err := readDotenv(path, slices.Sorted(maps.Keys(v.fields)))
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		v.add(e.key, setting{value: e.value, file: path, line: e.line})
	}
	return path, nil
}

// fault makes the error for a value, saying where it was given: the field, or
// the key with file and line. It never shows the value.
func (v settings) fault(code, key, wrong, next string) *Error {
	s, field := v.values[key], v.fields[key]
	subject := field
	switch {
	case s.file != "":
		subject = key + " in " + s.file + " line " + strconv.Itoa(s.line)
	case s.variable != "":
		subject = "the environment variable " + s.variable
	}
	return &Error{Code: code, Field: field, File: s.file, Line: s.line, Message: subject + " " + wrong, Next: next}
}

// ownRows are keys whose rows show a default too, or hide the value.
var ownRows = []string{"mode", "issuer", "private_key"}

// rows lists the configuration for people, in the order of the seed's guide.
func (v settings) rows(c *Config, folder, path string) (rows [][2]string) {
	row := func(name, value string) {
		if value != "" {
			rows = append(rows, [2]string{name, value})
		}
	}
	row("provider", c.Name)
	row("mode", c.Mode)
	row("response_type", string(c.ResponseType))
	row("client_id", c.ClientID)
	row("client_secret", c.ClientSecret.String())
	row("private_key", c.PrivateKey.String())
	row("redirect_uri", c.RedirectURI)
	row("scope", strings.Join(c.Scopes, " "))
	for _, key := range slices.Sorted(maps.Keys(v.fields)) {
		if commonKeys[key] == "" && !slices.Contains(ownRows, key) {
			row(key, v.get(key))
		}
	}
	row("issuer", c.Issuer)
	row("dotenv_folder", folder)
	row("dotenv_file", path)
	return rows
}

// orList writes "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
