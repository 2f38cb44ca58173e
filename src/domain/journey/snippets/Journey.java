// One journey with this client. It needs Java 17 or later, and nothing else.
// It reads no JSON, so the endpoints are those of OneID's guide "Verify a User".
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

public class Journey {
    static final String PROVIDER = «provider»;
    static final String CLIENT_ID = «client_id»;
    static final String RETURN_URL = «return_url»;
    static final String AUTHORIZE = «authorize_url»;
    static final HttpClient HTTP = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        String clientSecret = System.getenv("ONEID_CLIENT_SECRET");
        if (clientSecret == null || clientSecret.isEmpty()) stop("Set ONEID_CLIENT_SECRET to the client secret first.");

        // Both are for this journey alone. An application keeps them in the user's session.
        String state = random();
        String codeVerifier = random();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(codeVerifier.getBytes(StandardCharsets.US_ASCII));
        String challenge = base64url(digest);
        System.out.println("Open this address in a browser:\n");
        System.out.println(AUTHORIZE + "&state=" + state + "&code_challenge=" + challenge + "\n");
        System.out.print("Then paste the address that your browser ends up on: ");
        System.out.flush();
        String address = new BufferedReader(new InputStreamReader(System.in)).readLine();

        Map<String, String> answer = parameters(address == null ? "" : address.trim());
        if (!state.equals(answer.get("state"))) stop("The state is different: this is not the answer to this journey.");
        if (answer.containsKey("error")) {
            stop("OneID ended the journey: " + answer.get("error") + " " + answer.getOrDefault("error_description", ""));
        }

        String form = "grant_type=authorization_code&code=" + encode(answer.getOrDefault("code", ""))
            + "&redirect_uri=" + encode(RETURN_URL) + "&code_verifier=" + codeVerifier;
        // Both halves are encoded before they are joined (RFC 6749, section 2.3.1).
        String credentials = encode(CLIENT_ID) + ":" + encode(clientSecret);
        String basic = "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        String tokens = ask(HttpRequest.newBuilder(URI.create(PROVIDER + "/token"))
            .header("Authorization", basic)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)));

        // OneID also gives an ID token. An application must check it. OpenID Connect libraries do.
        var token = Pattern.compile("\"access_token\"\\s*:\\s*\"([^\"]*)\"").matcher(tokens);
        if (!token.find()) stop("OneID gave no token: " + tokens);
        String user = ask(HttpRequest.newBuilder(URI.create(PROVIDER + "/userinfo"))
            .header("Authorization", "Bearer " + token.group(1)));
        System.out.println("\n" + user);
    }

    static String ask(HttpRequest.Builder request) throws Exception {
        var response = HTTP.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) stop(response.uri() + " answered " + response.statusCode() + ": " + response.body());
        return response.body();
    }

    static String random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return base64url(bytes);
    }

    static String base64url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static Map<String, String> parameters(String address) {
        Map<String, String> parameters = new HashMap<>();
        String query = address.substring(address.indexOf('?') + 1).split("#", 2)[0];
        for (String pair : query.split("&")) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    static void stop(String reason) {
        System.err.println(reason);
        System.exit(1);
    }
}
