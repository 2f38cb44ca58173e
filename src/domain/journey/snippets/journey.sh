#!/usr/bin/env bash
# One journey with this client. It needs bash, curl 7.76 or later, and OpenSSL.
# It reads no JSON, so the endpoints are those of OneID's guide "Verify a User".
set -euo pipefail

provider=«provider»
client_id=«client_id»
return_url=«return_url»
authorize=«authorize_url»
: "${ONEID_CLIENT_SECRET:?Set ONEID_CLIENT_SECRET to the client secret first.}"

stop() {
  printf '%s\n' "$*" >&2
  exit 1
}
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# Both are for this journey alone. An application keeps them in the user's session.
state=$(openssl rand 32 | base64url)
code_verifier=$(openssl rand 32 | base64url)
code_challenge=$(printf %s "$code_verifier" | openssl dgst -sha256 -binary | base64url)

printf 'Open this address in a browser:\n\n%s\n\n' "$authorize&state=$state&code_challenge=$code_challenge"
printf 'Then paste the address that your browser ends up on: '
IFS= read -r address || true
address=${address%%#*}

# A parameter of that address, still encoded.
parameter() { printf %s "${address#*\?}" | tr -d '\r' | tr '&' '\n' | sed -n "s/^$1=//p"; }
[ "$(parameter state)" = "$state" ] || stop "The state is different: this is not the answer to this journey."
[ -z "$(parameter error)" ] || stop "OneID ended the journey: $(parameter error) $(parameter error_description)"

# The secret and the token go through a pipe, because every user of a machine can read arguments.
ask() { printf 'header = "Authorization: %s"\n' "$1" | curl --config - --silent --show-error --fail-with-body --max-time 30 "${@:2}"; }
# Both halves are encoded before they are joined (RFC 6749, section 2.3.1).
encode() {
  local LC_ALL=C letter i
  for ((i = 0; i < ${#1}; i++)); do
    letter=${1:i:1}
    case $letter in [a-zA-Z0-9._~-]) printf %s "$letter" ;; *) printf '%%%02X' "'$letter" ;; esac
  done
}
basic=$(printf %s "$(encode "$client_id"):$(encode "$ONEID_CLIENT_SECRET")" | openssl base64 -A)
tokens=$(ask "Basic $basic" "$provider/token" \
  --data grant_type=authorization_code --data "code=$(parameter code)" \
  --data-urlencode "redirect_uri=$return_url" --data "code_verifier=$code_verifier") || stop "OneID gave no token: $tokens"

# OneID also gives an ID token. An application must check it. OpenID Connect libraries do.
access_token=$(printf %s "$tokens" | tr -d '\n' | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')
user=$(ask "Bearer $access_token" "$provider/userinfo") || stop "OneID gave no user information: $user"
printf '\n%s\n' "$user"
