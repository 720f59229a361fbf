package params

import "strings"

// ParamsSgID signs in with sgID, Singapore's identity service. The names in brackets
// are those of the dotenv file.
//
// Register a client at developer.id.gov.sg with the redirect URI: it gives a client id,
// a client secret and a private key, which opens the data people share. The code with
// PKCE is the only grant sgID has. Who signed in is known by a sub, which another
// client can't connect to the same person; their data come with Auth.UserInfo.
type ParamsSgID struct {
	// ClientID [client_id] is the client's id. Required.
	ClientID string
	// ClientSecret [client_secret] is required; the environment variable
	// IPYAUTH_SGID_CLIENT_SECRET will do.
	ClientSecret Secret
	// PrivateKey [private_key] is the client's RSA key in PEM form, PKCS#1 or PKCS#8;
	// its lines may end in the two characters \n. One of it and PrivateKeyFile is
	// required; where both are given in the same place, it is this one that counts.
	PrivateKey Secret
	// PrivateKeyFile [private_key_file] is a file with that key. It is looked for in
	// DotenvFolder.
	PrivateKeyFile string
	// RedirectURI [redirect_uri] is one of those registered for the client id:
	// host:port/callback/ of your notebook server. Default: where the notebook
	// page is.
	RedirectURI string
	// Scope [scope] lists scopes, separated by spaces: the data to ask for.
	// Default "openid myinfo.name"; openid is added if it is missing.
	Scope string
	// ResponseType [response_type] is "code", the only one there is.
	ResponseType string
	// Hostname [hostname] is the address of sgID. Default: https://api.id.gov.sg.
	Hostname string
	// DotenvFolder is where the dotenv file is. Default ".".
	DotenvFolder string
	// DotenvFile is the dotenv file's name. Default: ipyauth-sgid.env, or the
	// only ipyauth-sgid-*.env, if there is one.
	DotenvFile string
}

// WithClientSecret implements [SecretTaker].
func (p ParamsSgID) WithClientSecret(s Secret) Source {
	p.ClientSecret = s
	return p
}

// Resolve implements [Source]. It reads the private key's file, if there is one; what
// is in it is checked when the Auth is made.
func (p ParamsSgID) Resolve() (*Config, error) {
	return sgID.resolve(input{
		direct: map[string]string{
			"private_key":      p.PrivateKey.Reveal(),
			"private_key_file": p.PrivateKeyFile,
			"hostname":         p.Hostname,
			"client_id":        p.ClientID,
			"client_secret":    p.ClientSecret.Reveal(),
			"redirect_uri":     p.RedirectURI,
			"scope":            p.Scope,
			"response_type":    p.ResponseType,
		},
		folder: p.DotenvFolder, file: p.DotenvFile,
	})
}

var sgID = &profile{
	id: "sgid", name: "sgID",
	dotenv:      "ipyauth-sgid",
	grants:      []ResponseType{Code},
	onlyGrants:  "which has the code with PKCE only, as tokens must not pass through the browser",
	scopes:      []string{"openid"},
	needsSecret: true,
	keys:        map[string]string{"private_key": "PrivateKey", "private_key_file": "PrivateKeyFile", "hostname": "Hostname"},
	userClaims:  []string{"sub"},
	locate:      locateSgID,
}

func locateSgID(c *Config, v settings) error {
	hostname, err := v.server(CodeBaseURL, "hostname", "https://api.id.gov.sg")
	if err != nil {
		return err
	}
	// API version 2. sgID's clients know its addresses and do not ask for metadata.
	c.Issuer = hostname + "/v2"
	c.Endpoints = Endpoints{
		Authorization: c.Issuer + "/oauth/authorize",
		Token:         c.Issuer + "/oauth/token",
		UserInfo:      c.Issuer + "/oauth/userinfo",
		KeySet:        c.Issuer + "/.well-known/jwks.json",
	}
	c.Algorithms = []string{"RS256"}
	c.SecretInBody = true
	c.TokenTypeOptional = true
	if v.get("scope") == "" {
		c.Scopes = append(c.Scopes, "myinfo.name")
	}
	c.PrivateKey, err = v.privateKey()
	return err
}

// maxPrivateKey bounds a key's file; a key of 8192 bits has less than 7 kB.
const maxPrivateKey = 32 << 10

// privateKey takes the private key itself, else the file of that name. A file named
// in a field wins over a key in the dotenv file, as direct values do.
func (v settings) privateKey() (Secret, error) {
	key, file := v.values["private_key"], v.values["private_key_file"]
	inFile := file.value != "" && (key.value == "" || key.file != "" && file.file == "")
	switch {
	case inFile:
		return v.privateKeyFile()
	case key.value == "":
		return Secret{}, v.fault(CodePrivateKey, "private_key", "is missing (it opens the data people share)",
			"set PrivateKey or PrivateKeyFile, or write private_key_file=... in the dotenv file")
	case placeholder(key.value):
		return Secret{}, v.fault(CodePrivateKey, "private_key", "is still the example's placeholder",
			"replace it by the private key you got with the client id")
	}
	return NewSecret(key.value), nil
}

func (v settings) privateKeyFile() (Secret, error) {
	if placeholder(v.get("private_key_file")) {
		return Secret{}, v.fault(CodePrivateKey, "private_key_file", "is still the example's placeholder",
			"name the file of the private key you got with the client id")
	}
	data, wrong := readRegular(inFolder(v.folder, v.get("private_key_file")), maxPrivateKey)
	if wrong != nil {
		e := v.fault(CodePrivateKey, "private_key_file", "names a file that "+wrong.text, "name the key's PEM file, seen from DotenvFolder")
		e.cause = wrong.cause
		return Secret{}, e
	}
	text := strings.TrimSpace(string(data))
	if text == "" {
		return Secret{}, v.fault(CodePrivateKey, "private_key_file", "names an empty file", "name the key's PEM file, seen from DotenvFolder")
	}
	return NewSecret(text), nil
}
