# One journey with this client. It needs Python 3.9 or later, and nothing else.
import base64
import hashlib
import json
import os
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request

PROVIDER = «provider»
CLIENT_ID = «client_id»
RETURN_URL = «return_url»
SCOPE = «scope»
CLIENT_SECRET = os.environ.get("ONEID_CLIENT_SECRET") or sys.exit("Set ONEID_CLIENT_SECRET to the client secret first.")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the secret to another host."""

    def redirect_request(self, *arguments):
        return None


opener = urllib.request.build_opener(NoRedirect)


def ask(url, authorization=None, form=None):
    headers = {"Authorization": authorization} if authorization else {}
    body = urllib.parse.urlencode(form).encode() if form else None
    try:
        with opener.open(urllib.request.Request(url, body, headers), timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        sys.exit(f"{url} answered {error.code}: {error.read().decode(errors='replace')}")
    except (OSError, ValueError) as error:
        sys.exit(f"{url} did not answer as expected: {error}")


endpoints = ask(f"{PROVIDER}/.well-known/openid-configuration")

# Both are for this journey alone. An application keeps them in the user's session.
state = secrets.token_urlsafe(32)
code_verifier = secrets.token_urlsafe(32)

digest = hashlib.sha256(code_verifier.encode()).digest()
parameters = {
    "response_type": "code",
    "client_id": CLIENT_ID,
    "redirect_uri": RETURN_URL,
    "scope": SCOPE,
    "state": state,
    "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}
query = urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote)
print(f"Open this address in a browser:\n\n{endpoints['authorization_endpoint']}?{query}\n")
address = input("Then paste the address that your browser ends up on: ")

answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address.strip()).query))
if answer.get("state") != state:
    sys.exit("The state is different: this is not the answer to this journey.")
if "error" in answer:
    sys.exit(f"OneID ended the journey: {answer['error']} {answer.get('error_description', '')}")

# Both halves are encoded before they are joined (RFC 6749, section 2.3.1).
credentials = ":".join(urllib.parse.quote(half, safe="") for half in (CLIENT_ID, CLIENT_SECRET))
tokens = ask(
    endpoints["token_endpoint"],
    "Basic " + base64.b64encode(credentials.encode()).decode(),
    {
        "grant_type": "authorization_code",
        "code": answer.get("code", ""),
        "redirect_uri": RETURN_URL,
        "code_verifier": code_verifier,
    },
)

# OneID also gives an ID token. An application must check it. OpenID Connect libraries do.
user = ask(endpoints["userinfo_endpoint"], f"Bearer {tokens['access_token']}")
print()
print(json.dumps(user, indent=2))
