import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import Provider, { type Configuration, type KoaContextWithOIDC } from "oidc-provider";
import { sharedMemory } from "./memory-adapter.ts";

/** The people who have an account, by their login; each is in the group of a role, but for the stranger. */
export const PEOPLE = {
  ada: { name: "Ada Lindqvist", group: "partner-admins", role: "admin" },
  edda: { name: "Edda Moreau", group: "partner-editors", role: "editor" },
  aubrey: { name: "Aubrey Nkemelu", group: "partner-auditors", role: "auditor" },
  vito: { name: "Vito Hallgren", group: "partner-viewers", role: "viewer" },
  stella: { name: "Stella Okonjo", group: "canteen", role: undefined },
} as const;

export type Login = keyof typeof PEOPLE;

const CLIENT_ID = "partner-dashboard";

/** What the provider does wrong on purpose. */
interface Faults {
  /** Changes the address that the browser is sent back to. */
  onCallback?: (callback: URL) => void;
  /** Changes the address that the browser came with. */
  onAuthorization?: (authorization: URL) => void;
  /** Codes last a second, and the provider looks at them two seconds later. */
  expiredCodes?: boolean;
}

/** A certified OpenID provider on loopback, with pages that work without JavaScript. */
export class IdentityProvider {
  faults: Faults = {};
  /** The addresses that browsers were sent back to. */
  readonly callbacks: URL[] = [];
  private readonly clientSecret = randomBytes(24).toString("base64url");
  private readonly cookieKey = randomBytes(24).toString("base64url");
  private readonly adapter = sharedMemory();
  private keys: JWK[] = [];
  private provider!: Provider;

  private constructor(
    readonly issuer: string,
    private readonly dashboard: string,
    private readonly server: Server,
  ) {
    server.on("request", (request, response) => void this.answer(request, response));
  }

  static async start(dashboard: string): Promise<IdentityProvider> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const provider = new IdentityProvider(`http://127.0.0.1:${port}`, dashboard, server);
    await provider.rotateKeys();
    return provider;
  }

  /** Signs with a new key from now on; what the old one signed stays good. */
  async rotateKeys(): Promise<void> {
    const { privateKey } = await generateKeyPair("ES256", { extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: randomBytes(8).toString("hex"), alg: "ES256", use: "sig" };
    this.keys = [key, ...this.keys].slice(0, 2);
    // Another provider with the same cookies and the same memory goes on with the sign-ins that are under way.
    this.provider = new Provider(this.issuer, this.configuration());
  }

  /** The secret of the dashboard, and the tables that make it sign people in here. */
  settings(secretFile: string): { secret: string; authentication: string } {
    const roles = Object.values(PEOPLE).flatMap(({ role, group }) => (role ? [`${role} = ["${group}"]`] : []));
    const authentication = `
[auth]
mode = "oidc"

[auth.oidc]
issuer = "${this.issuer}"
client_id = "${CLIENT_ID}"
client_secret_file = "${secretFile}"
scopes = ["openid", "profile", "email", "groups"]

[auth.roles]
${roles.join("\n")}
`;
    return { secret: this.clientSecret, authentication };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), "close");
  }

  private configuration(): Configuration {
    return {
      clients: [
        {
          client_id: CLIENT_ID,
          client_secret: this.clientSecret,
          redirect_uris: [`${this.dashboard}/auth/callback`],
          post_logout_redirect_uris: [`${this.dashboard}/auth/logout`],
          backchannel_logout_uri: `${this.dashboard}/auth/backchannel-logout`,
          backchannel_logout_session_required: true,
          id_token_signed_response_alg: "ES256",
        },
      ],
      jwks: { keys: this.keys },
      adapter: this.adapter,
      // The dashboard is on loopback, where the provider's own dispatcher would not go.
      fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
      cookies: { keys: [this.cookieKey] },
      pkce: { required: () => true },
      scopes: ["openid", "profile", "email", "groups"],
      claims: { openid: ["sub"], profile: ["name"], email: ["email"], groups: ["groups"] },
      conformIdTokenClaims: false,
      ttl: { AuthorizationCode: () => (this.faults.expiredCodes ? 1 : 60) },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource: (context, form) => {
            context.body = pageWith(`${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Leave</button>`);
          },
          postLogoutSuccessSource: (context) => {
            context.body = pageWith("<p>Left</p>");
          },
        },
      },
      interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
      findAccount: (_context, login) => account(login),
      loadExistingGrant: (context) => this.grant(context),
      renderError: (context, out) => {
        context.body = pageWith(`<p>${out.error}</p>`);
      },
    };
  }

  /** Whoever logs in agrees to everything: the dashboard belongs to their company. */
  private async grant(context: KoaContextWithOIDC) {
    const grant = new this.provider.Grant({ clientId: CLIENT_ID, accountId: context.oidc.session?.accountId });
    grant.addOIDCScope("openid profile email groups");
    await grant.save();
    return grant;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? "/", this.issuer);
    if (address.pathname.startsWith("/interaction/")) {
      await this.interact(request, response);
      return;
    }
    if (address.pathname === "/auth") {
      this.faults.onAuthorization?.(address);
      request.url = `${address.pathname}${address.search}`;
    }
    if (address.pathname === "/token" && this.faults.expiredCodes) await pause(2_000);
    const setHeader = response.setHeader.bind(response);
    response.setHeader = (name, value) => setHeader(name, name.toLowerCase() === "location" ? this.location(String(value)) : value);
    await this.provider.callback()(request, response);
  }

  /** Where the browser is sent: noted, and perhaps spoiled, when it is the dashboard. */
  private location(location: string): string {
    if (!location.startsWith(`${this.dashboard}/auth/callback`)) return location;
    const callback = new URL(location);
    this.faults.onCallback?.(callback);
    this.callbacks.push(callback);
    return callback.href;
  }

  /** The page that asks who it is, and its answer. */
  private async interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST") {
      const buttons = Object.keys(PEOPLE).map((login) => `<button name="login" value="${login}">${login}</button>`);
      response.setHeader("content-type", "text/html").end(pageWith(`<form method="post">${buttons.join("")}</form>`));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const login = new URLSearchParams(Buffer.concat(chunks).toString()).get("login") ?? "";
    await this.provider.interactionFinished(request, response, { login: { accountId: login } });
  }
}

function account(login: string) {
  const { name, group } = PEOPLE[login as Login];
  const claims = { sub: login, name, email: `${login}@partner.example`, groups: [group] };
  return { accountId: login, claims: async () => claims };
}

function pageWith(content: string): string {
  return `<!doctype html><html lang="en"><head><title>Identity provider</title><link rel="icon" href="data:,"></head><body><h1>Identity provider</h1>${content}</body></html>`;
}
