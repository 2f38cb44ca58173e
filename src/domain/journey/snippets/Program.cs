// One journey with this client. It needs .NET 8 or later, and nothing else.
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

string provider = «provider»;
string clientId = «client_id»;
string returnUrl = «return_url»;
string scope = «scope»;
string? clientSecret = Environment.GetEnvironmentVariable("ONEID_CLIENT_SECRET");
if (string.IsNullOrEmpty(clientSecret)) Stop("Set ONEID_CLIENT_SECRET to the client secret first.");

using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };
JsonNode endpoints = await Ask(new HttpRequestMessage(HttpMethod.Get, provider + "/.well-known/openid-configuration"));

// Both are for this journey alone. An application keeps them in the user's session.
string state = Base64Url(RandomNumberGenerator.GetBytes(32));
string codeVerifier = Base64Url(RandomNumberGenerator.GetBytes(32));

var parameters = new Dictionary<string, string>
{
    ["response_type"] = "code",
    ["client_id"] = clientId,
    ["redirect_uri"] = returnUrl,
    ["scope"] = scope,
    ["state"] = state,
    ["code_challenge"] = Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(codeVerifier))),
    ["code_challenge_method"] = "S256",
};
string query = string.Join("&", parameters.Select(pair => pair.Key + "=" + Uri.EscapeDataString(pair.Value)));
Console.WriteLine("Open this address in a browser:\n");
Console.WriteLine(endpoints["authorization_endpoint"] + "?" + query + "\n");
Console.Write("Then paste the address that your browser ends up on: ");
string address = (Console.ReadLine() ?? "").Trim();

Dictionary<string, string> answer = Parameters(address);
if (answer.GetValueOrDefault("state") != state) Stop("The state is different: this is not the answer to this journey.");
if (answer.TryGetValue("error", out string? error)) Stop("OneID ended the journey: " + error + " " + answer.GetValueOrDefault("error_description"));

var exchange = new HttpRequestMessage(HttpMethod.Post, (string?)endpoints["token_endpoint"])
{
    Content = new FormUrlEncodedContent(new Dictionary<string, string>
    {
        ["grant_type"] = "authorization_code",
        ["code"] = answer.GetValueOrDefault("code", ""),
        ["redirect_uri"] = returnUrl,
        ["code_verifier"] = codeVerifier,
    }),
};
// Both halves are encoded before they are joined (RFC 6749, section 2.3.1).
string credentials = Uri.EscapeDataString(clientId) + ":" + Uri.EscapeDataString(clientSecret!);
string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
exchange.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
JsonNode tokens = await Ask(exchange);

// OneID also gives an ID token. An application must check it. OpenID Connect libraries do.
var read = new HttpRequestMessage(HttpMethod.Get, (string?)endpoints["userinfo_endpoint"]);
read.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (string?)tokens["access_token"]);
JsonNode user = await Ask(read);
Console.WriteLine("\n" + user.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));

async Task<JsonNode> Ask(HttpRequestMessage request)
{
    using HttpResponseMessage response = await http.SendAsync(request);
    string text = await response.Content.ReadAsStringAsync();
    if (!response.IsSuccessStatusCode) Stop(request.RequestUri + " answered " + (int)response.StatusCode + ": " + text);
    return JsonNode.Parse(text)!;
}

static Dictionary<string, string> Parameters(string address)
{
    var found = new Dictionary<string, string>();
    string query = address[(address.IndexOf('?') + 1)..].Split('#')[0];
    foreach (string[] pair in query.Split('&').Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2))
    {
        found[pair[0]] = Uri.UnescapeDataString(pair[1].Replace('+', ' '));
    }
    return found;
}

static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

static void Stop(string reason)
{
    Console.Error.WriteLine(reason);
    Environment.Exit(1);
}
