import { expect, type Page } from "@playwright/test";
import { IdentityProvider, type Login, PEOPLE } from "./identity-provider.ts";
import { Stack } from "./stack.ts";
import { test as base } from "./test.ts";

/** A provider and a dashboard of its own for each worker. */
interface PerWorker {
  provider: IdentityProvider;
}

/** Of each worker's stack, its provider. */
const providers = new WeakMap<Stack, IdentityProvider>();

/** A dashboard where people sign in at an OpenID provider, and that provider. */
export async function startWithProvider(): Promise<{ stack: Stack; provider: IdentityProvider }> {
  let provider: IdentityProvider | undefined;
  const stack = await Stack.start(async ({ url, secretFile }) => {
    provider = await IdentityProvider.start(url);
    return provider.settings(secretFile);
  });
  if (provider === undefined) throw new Error("this stack has no identity provider");
  return { stack, provider };
}

/** A dashboard of its own for each worker, where people sign in at an OpenID provider. */
export const test = base.extend<{ truthful: void }, PerWorker>({
  stack: [
    async ({}, use) => {
      const { stack, provider } = await startWithProvider();
      providers.set(stack, provider);
      await use(stack);
      await stack.stop();
      await provider.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  provider: [
    async ({ stack }, use) => {
      const provider = providers.get(stack);
      if (provider === undefined) throw new Error("this stack has no identity provider");
      await use(provider);
    },
    { scope: "worker" },
  ],

  // Nobody vouches for the visitor.
  extraHTTPHeaders: {},

  truthful: [
    async ({ provider }, use) => {
      await use();
      provider.faults = {};
    },
    { auto: true },
  ],
});

/** Opens a page of the dashboard and signs in on the way. */
export async function signIn(page: Page, login: Login, next = "/account"): Promise<void> {
  await page.goto(next);
  await identify(page, login);
}

/** Says at the provider who it is. */
export async function identify(page: Page, login: Login): Promise<void> {
  await page.getByRole("button", { name: login, exact: true }).click();
}

/** The account page says that it is they. */
export async function expectSignedIn(page: Page, login: Login): Promise<void> {
  await page.goto("/account");
  await expect(page.getByRole("main")).toContainText(PEOPLE[login].name);
}

/** The dashboard knows nobody in this browser. */
export async function expectSignedOut(page: Page): Promise<void> {
  const answer = await page.request.get("/account", { maxRedirects: 0, headers: { accept: "text/html" } });
  expect(answer.status()).toBe(303);
  expect(answer.headers().location).toBe("/auth/login?next=%2Faccount");
}

export { expect };
