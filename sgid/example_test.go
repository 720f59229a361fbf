package sgid_test

import (
	"context"
	"fmt"
	"net/url"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

// fake starts an sgID on this machine and a client of it. The browser is
// played by the fake's Authorize.
func fake() (*sgidtest.Provider, *sgid.Client) {
	sgID, err := sgidtest.Start()
	if err != nil {
		panic(err)
	}
	client, err := sgid.NewClient(sgid.Config{
		ClientID:     sgidtest.ClientID,
		ClientSecret: sgid.NewSecret(sgID.ClientSecret),
		PrivateKey:   sgid.NewSecret(sgID.PKCS8()),
		RedirectURI:  sgidtest.RedirectURI,
		Hostname:     sgID.Hostname,
	})
	if err != nil {
		panic(err)
	}
	return sgID, client
}

// The quick start: all five steps.
func Example() {
	sgID, err := sgidtest.Start() // instead of sgID itself
	if err != nil {
		panic(err)
	}
	defer sgID.Close()
	ctx := context.Background()

	// 1. Initialize the client. The secrets come from the environment or a
	// file, not from the code.
	client, err := sgid.NewClient(sgid.Config{
		ClientID:     sgidtest.ClientID,
		ClientSecret: sgid.NewSecret(sgID.ClientSecret),
		PrivateKey:   sgid.NewSecret(sgID.PKCS1()),
		RedirectURI:  sgidtest.RedirectURI,
		Hostname:     sgID.Hostname, // leave it out for the real one
	})
	if err != nil {
		panic(err)
	}

	// 2. Generate a code verifier and challenge pair.
	verifier, challenge, err := sgid.GeneratePKCEPair(0)
	if err != nil {
		panic(err)
	}

	// 3. Generate the authorization URL and send the browser there.
	address, nonce, err := client.AuthorizationURL(sgid.AuthorizationParams{
		CodeChallenge: challenge,
		State:         "of this user's session",
		Scopes:        []string{"openid", "myinfo.name", "myinfo.residence"},
	})
	if err != nil {
		panic(err)
	}

	// 4. Receive the callback.
	query, err := sgID.Authorize(address)
	if err != nil {
		panic(err)
	}
	session, err := client.Callback(ctx, sgid.CallbackParams{
		Code: query.Get("code"), CodeVerifier: verifier, Nonce: nonce,
		State: "of this user's session", ReturnedState: query.Get("state"),
	})
	if err != nil {
		panic(err)
	}

	// 5. Retrieve the data.
	info, err := client.UserInfo(ctx, session.Sub, session.AccessToken)
	if err != nil {
		panic(err)
	}
	fmt.Println(session)
	fmt.Println(info.Sub)
	fmt.Println(info.Data["myinfo.name"])
	fmt.Println(info.Parsed()["myinfo.residence"])
	// Output:
	// &{u=0f1a2b3c-ann [redacted] [redacted]}
	// u=0f1a2b3c-ann
	// TAN XIAO HUI
	// map[floor:05 unit:12]
}

// Step 1: initialize the SDK.
func ExampleNewClient() {
	sgID, err := sgidtest.Start()
	if err != nil {
		panic(err)
	}
	defer sgID.Close()

	_, err = sgid.NewClient(sgid.Config{
		ClientID:     "MYAPP-01",
		ClientSecret: sgid.NewSecret("from the environment"),
		PrivateKey:   sgid.NewSecret(sgID.PKCS1()),
		RedirectURI:  "https://myapp.example.com/callback",
	})
	fmt.Println(err)
	_, err = sgid.NewClient(sgid.Config{
		ClientID: "MYAPP-01", ClientSecret: sgid.NewSecret("from the environment"),
		PrivateKey: sgid.NewSecret("from the wrong variable"),
	})
	fmt.Println(err)
	// Output:
	// <nil>
	// make client: the private key is not in PEM form (private_key)
}

// Step 2: generate a code verifier and challenge pair.
func ExampleGeneratePKCEPair() {
	verifier, challenge, err := sgid.GeneratePKCEPair(0)
	fmt.Println(len(verifier), len(challenge), err)
	fmt.Println(challenge == sgid.GenerateCodeChallenge(verifier))
	// Output:
	// 43 43 <nil>
	// true
}

// Step 3: generate the authorization URL.
func ExampleClient_AuthorizationURL() {
	sgID, client := fake()
	defer sgID.Close()

	address, nonce, err := client.AuthorizationURL(sgid.AuthorizationParams{
		CodeChallenge: sgid.GenerateCodeChallenge("a verifier of your own, or of GeneratePKCEPair"),
		Scopes:        []string{"openid myinfo.name"}, // replace this with your own scopes
	})
	if err != nil {
		panic(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	q := u.Query()
	fmt.Println(u.Path)
	fmt.Println(q.Get("client_id"), q.Get("response_type"), q.Get("scope"))
	fmt.Println(q.Get("code_challenge_method"), q.Get("nonce") == nonce)
	// Output:
	// /v2/oauth/authorize
	// IPYAUTH-TEST code openid myinfo.name
	// S256 true
}

// Step 4: receive the callback.
func ExampleClient_Callback() {
	sgID, client := fake()
	defer sgID.Close()
	verifier, challenge, _ := sgid.GeneratePKCEPair(0)
	address, nonce, _ := client.AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge})
	query, _ := sgID.Authorize(address)

	session, err := client.Callback(context.Background(), sgid.CallbackParams{
		Code: query.Get("code"), CodeVerifier: verifier, Nonce: nonce,
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(session.Sub)
	fmt.Println(session.AccessToken, len(session.AccessToken.Reveal()) > 0)

	// A code works once.
	_, err = client.Callback(context.Background(), sgid.CallbackParams{
		Code: query.Get("code"), CodeVerifier: verifier, Nonce: nonce,
	})
	fmt.Println(err)
	// Output:
	// u=0f1a2b3c-ann
	// [redacted] true
	// call token endpoint: sgID answered with status 400 and invalid_grant (token_endpoint)
}

// Step 5: retrieve the data.
func ExampleClient_UserInfo() {
	sgID, client := fake()
	defer sgID.Close()
	verifier, challenge, _ := sgid.GeneratePKCEPair(0)
	address, nonce, _ := client.AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge})
	query, _ := sgID.Authorize(address)
	session, err := client.Callback(context.Background(), sgid.CallbackParams{
		Code: query.Get("code"), CodeVerifier: verifier, Nonce: nonce,
	})
	if err != nil {
		panic(err)
	}

	info, err := client.UserInfo(context.Background(), session.Sub, session.AccessToken)
	if err != nil {
		panic(err)
	}
	fmt.Println(info.Sub, info.Data)
	// Output:
	// u=0f1a2b3c-ann map[myinfo.name:TAN XIAO HUI]
}

func ExampleParseData() {
	fmt.Printf("%T %[1]v\n", sgid.ParseData("TAN XIAO HUI"))
	fmt.Printf("%T %[1]v\n", sgid.ParseData(`[{"vehicle_number":"SGX1234A"}]`))
	fmt.Printf("%T %[1]v\n", sgid.ParseData(`{"floor":"05"}`))
	fmt.Printf("%T %[1]q\n", sgid.ParseData(""))
	// Output:
	// string TAN XIAO HUI
	// []interface {} [map[vehicle_number:SGX1234A]]
	// map[string]interface {} map[floor:05]
	// string ""
}
