"""The real sgid-client against this package, both ways. crosscheck_test.go drives it.

One JSON object a line. It reads how to be a client and prints what the SDK made
of it; reads a code, runs the rest of the sign-in with the SDK and prints the
result; then prints an ID token and user data made with the SDK's own libraries.
"""
import json
import secrets
import sys
import time

from jwcrypto import jwe, jwk, jwt
from sgid_client import SgidClient, convert_to_pkcs8, generate_code_challenge, generate_pkce_pair

FORMS = [("A128GCMKW", "A128GCM", 128), ("A128GCMKW", "A256GCM", 128), ("A256GCMKW", "A128GCM", 256),
         ("A256GCMKW", "A256GCM", 256), ("dir", "A128GCM", 128), ("dir", "A256GCM", 256)]


def read():
    return json.loads(sys.stdin.readline())


def write(value):
    print(json.dumps(value), flush=True)


def encrypt(text, key, alg, enc):
    e = jwe.JWE(text.encode(), json.dumps({"alg": alg, "enc": enc}))
    e.add_recipient(key)
    return e.serialize(compact=True)


def id_token(given, key):
    now = int(time.time())
    token = jwt.JWT(header={"alg": "RS256", "kid": "python", "typ": "JWT"}, claims={
        "iss": given["issuer"], "aud": given["client_id"], "sub": given["sub"], "iat": now, "exp": now + 600,
        "nonce": given["nonce"]})
    token.make_signed_token(key)
    return token.serialize()


def userinfo(given, alg, enc, bits):
    client_key = jwk.JWK.from_pem(given["private_key"].encode())
    block = jwk.JWK.generate(kty="oct", size=bits)
    data = {name: encrypt(value, block, alg, enc) for name, value in given["data"].items()}
    key = encrypt(block.export(), client_key, "RSA-OAEP-256", "A256GCM")
    return {"sub": given["sub"], "key": key, "data": data}


def main():
    given = read()
    client = SgidClient(given["client_id"], given["client_secret"], given["private_key"], given["redirect_uri"],
                        given["hostname"])
    verifier, challenge = generate_pkce_pair(64)
    url, nonce = client.authorization_url(challenge, state="s", scope=given["scopes"], nonce=secrets.token_urlsafe(32))
    write({"url": url, "verifier": verifier, "challenge": challenge, "pkcs8": convert_to_pkcs8(given["private_key"]),
           "challenge_of_yours": generate_code_challenge(given["verifier"])})

    result = client.callback(code=read()["code"], code_verifier=verifier, nonce=nonce)
    info = client.userinfo(sub=result.sub, access_token=result.access_token)
    write({"sub": info.sub, "data": info.data})

    given |= read()
    signing = jwk.JWK.generate(kty="RSA", size=2048, kid="python", use="sig", alg="RS256")
    write({"id_token": id_token(given, signing), "keys": [json.loads(signing.export_public())],
           "userinfo": {" ".join(map(str, form)): userinfo(given, *form) for form in FORMS}})


main()
