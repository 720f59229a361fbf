// Package sgid signs people in with sgID, Singapore's identity service, and
// reads the data they agreed to share. It does what the Python SDK sgid-client
// does, in its five steps:
//
//	client, err := sgid.NewClient(sgid.Config{...})                          // 1. once
//	verifier, challenge, err := sgid.GeneratePKCEPair(0)                     // 2. for each sign-in
//	url, nonce, err := client.AuthorizationURL(sgid.AuthorizationParams{...}) // 3. send the browser there
//	session, err := client.Callback(ctx, sgid.CallbackParams{...})           // 4. when it comes back with a code
//	info, err := client.UserInfo(ctx, session.Sub, session.AccessToken)      // 5. sub and data
//
// Between steps 3 and 4, keep verifier, nonce and state where only this user's
// next request finds them (a server-side session). All errors are *[Error].
//
// # Security
//
// The client secret and the private key belong on a server or in a kernel,
// never in a page. [Secret] keeps them and the tokens out of printed output.
// sgID is asked over https only (http on this machine, for tests), redirects
// are not followed, answers have a size limit, and no error repeats the body of
// one. ID tokens must be signed with RS256 by a key sgID publishes;
// user data must be encrypted for this client with the algorithms sgID uses:
// whatever else a token or an answer names is refused before any key is used.
// What the authorization redirect brings is anyone's input: give
// [CallbackParams] the state you sent and the one that came.
//
// # Compatibility
//
// API version 2, as sgid-client 0.3.0. Where that SDK differs from its own
// documentation (objects in user data are never parsed, an empty value is an
// error, names outside ASCII are an error), this package follows the
// documentation.
package sgid
