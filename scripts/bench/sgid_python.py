"""Times what sgid-client does, the way package sgid's benchmarks time ours: no network, keys made here.

Prints one JSON object: microseconds, the median of each. Run by scripts/bench_sgid.py.
"""

import json
import statistics
import sys
import time

from jwcrypto import jwe, jwk, jwt
from sgid_client import SgidClient, generate_pkce_pair
from sgid_client.decrypt_data import decrypt_data
from sgid_client.validation import validate_id_token

ISSUER, CLIENT, NONCE = "https://op.test/v2", "client", "n-0S6_WzA2Mj"


def median(call, seconds=1.0):
    for _ in range(3):
        call()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 20:
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e6)
    return statistics.median(times)


def signed_id_token(key):
    now = int(time.time())
    token = jwt.JWT(header={"alg": "RS256", "kid": "k1", "typ": "JWT"},
                    claims={"iss": ISSUER, "aud": CLIENT, "sub": "u=1", "iat": now, "exp": now + 3600, "nonce": NONCE})
    token.make_signed_token(key)
    return token.serialize()


def encrypt(text, key, alg):
    message = jwe.JWE(text.encode(), json.dumps({"alg": alg, "enc": "A256GCM"}))
    message.add_recipient(key)
    return message.serialize(compact=True)


def main():
    provider_key = jwk.JWK.generate(kty="RSA", size=2048, kid="k1", use="sig", alg="RS256")
    client_key = jwk.JWK.generate(kty="RSA", size=2048)
    pem = client_key.export_to_pem(private_key=True, password=None).decode()

    def client():
        return SgidClient(CLIENT, "none", pem, "https://app.test/cb", "https://op.test")

    verifier = client().verifier
    verifier.jwks_cache = jwk.JWKSet.from_json(json.dumps({"keys": [json.loads(provider_key.export_public())]}))
    id_token = signed_id_token(provider_key)
    block = jwk.JWK.generate(kty="oct", size=256)
    block_key = encrypt(block.export(), jwk.JWK.from_json(client_key.export_public()), "RSA-OAEP-256")
    data = {f"field{i}": encrypt(f"TAN XIAO HUI {i}", block, "A256GCMKW") for i in range(5)}
    private_key = client().private_key

    def kept_key():  # what its userinfo would cost if it did not load the key at each call
        message = jwe.JWE()
        message.allowed_algs = ["RSA-OAEP-256", "A256GCM"]
        message.deserialize(block_key, key=client_key)

    json.dump({
        "PKCEPair": median(generate_pkce_pair),
        "IDToken": median(lambda: validate_id_token(id_token=id_token, issuer=ISSUER, client_id=CLIENT,
                                                    nonce=NONCE, verifier=verifier)),
        "UserInfo1": median(lambda: decrypt_data(block_key, {"field0": data["field0"]}, private_key)),
        "UserInfo5": median(lambda: decrypt_data(block_key, data, private_key)),
        "NewClient": median(client),
        "kept key": median(kept_key),
    }, sys.stdout)


if __name__ == "__main__":
    main()
