// One journey with this client. It needs Node.js 18 or later, and nothing else.
import { createHash, randomBytes } from "node:crypto";
import { createInterface } from "node:readline/promises";

const provider = «provider»;
const clientId = «client_id»;
const returnUrl = «return_url»;
const scope = «scope»;
const clientSecret = process.env.ONEID_CLIENT_SECRET;

function stop(reason) {
  console.error(reason);
  process.exit(1);
}
process.on("uncaughtException", (error) => stop(`${error.message} ${error.cause?.message ?? ""}`));

async function ask(url, options) {
  const response = await fetch(url, { ...options, redirect: "error", signal: AbortSignal.timeout(30_000) });
  const text = await response.text();
  return response.ok ? JSON.parse(text) : stop(`${url} answered ${response.status}: ${text}`);
}

if (!clientSecret) stop("Set ONEID_CLIENT_SECRET to the client secret first.");
const endpoints = await ask(`${provider}/.well-known/openid-configuration`);

// Both are for this journey alone. An application keeps them in the user's session.
const state = randomBytes(32).toString("base64url");
const codeVerifier = randomBytes(32).toString("base64url");

const authorize = new URL(endpoints.authorization_endpoint);
const parameters = new URLSearchParams({
  response_type: "code",
  client_id: clientId,
  redirect_uri: returnUrl,
  scope,
  state,
  code_challenge: createHash("sha256").update(codeVerifier).digest("base64url"),
  code_challenge_method: "S256",
});
authorize.search = parameters.toString().replaceAll("+", "%20");
console.log(`Open this address in a browser:\n\n${authorize}\n`);

const lines = createInterface({ input: process.stdin, output: process.stdout });
const address = await lines.question("Then paste the address that your browser ends up on: ");
lines.close();

const answer = new URL(address.trim()).searchParams;
if (answer.get("state") !== state) stop("The state is different: this is not the answer to this journey.");
if (answer.has("error")) stop(`OneID ended the journey: ${answer.get("error")} ${answer.get("error_description") ?? ""}`);

// Both halves are encoded before they are joined (RFC 6749, section 2.3.1).
const basic = Buffer.from([clientId, clientSecret].map(encodeURIComponent).join(":")).toString("base64");
const tokens = await ask(endpoints.token_endpoint, {
  method: "POST",
  headers: { Authorization: `Basic ${basic}` },
  body: new URLSearchParams({
    grant_type: "authorization_code",
    code: answer.get("code") ?? "",
    redirect_uri: returnUrl,
    code_verifier: codeVerifier,
  }),
});

// OneID also gives an ID token. An application must check it. OpenID Connect libraries do.
const user = await ask(endpoints.userinfo_endpoint, { headers: { Authorization: `Bearer ${tokens.access_token}` } });
console.log(`\n${JSON.stringify(user, null, 2)}`);
