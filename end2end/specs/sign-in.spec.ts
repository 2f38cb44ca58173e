import { expectAccessible } from "../support/checks.ts";
import { button, link, text } from "../support/forms.ts";
import { PEOPLE } from "../support/identity-provider.ts";
import { unique } from "../support/journeys.ts";
import { expect, expectSignedIn, expectSignedOut, identify, signIn, test } from "../support/sign-in.ts";

const REFUSED = "You could not be signed in";

test("a deep link leads through the sign-in to its page", async ({ page, context }) => {
  await signIn(page, "ada", "/sandbox/organisations?q=book");
  await expect(page).toHaveURL("/sandbox/organisations?q=book");
  await expect(page.getByRole("main")).toContainText("Copperfield Books");
  const cookies = (await context.cookies(page.url())).filter(({ name }) => name.includes("session"));
  expect(cookies.filter(({ name }) => name === "session")).toMatchObject([{ httpOnly: true, sameSite: "Lax", path: "/", expires: -1 }]);
});

test("a wrong state is refused, and the next try works", async ({ page, guard, provider }) => {
  guard.expectStatus(400);
  provider.faults = { onCallback: (callback) => callback.searchParams.set("state", "another") };
  await signIn(page, "ada");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(REFUSED);
  await expectSignedOut(page);
  provider.faults = {};
  await page.getByRole("link", { name: "Try again" }).click();
  await expectSignedIn(page, "ada");
});

test("an ID token with the nonce of another sign-in is refused", async ({ page, guard, provider }) => {
  guard.expectStatus(400);
  provider.faults = { onAuthorization: (authorization) => authorization.searchParams.set("nonce", "another") };
  await signIn(page, "ada");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(REFUSED);
  await expect(page.getByRole("main")).toContainText("cannot be verified");
  await expectSignedOut(page);
});

test("a code that has ended signs nobody in", async ({ page, guard, provider }) => {
  guard.expectStatus(400);
  provider.faults = { expiredCodes: true };
  await signIn(page, "ada");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(REFUSED);
  await expectSignedOut(page);
});

test("a code is good once, in the browser that asked for it", async ({ page, guard, provider, browser, stack }) => {
  guard.expectStatus(400);
  await signIn(page, "ada");
  const used = provider.callbacks.at(-1)?.href ?? "";
  const code = new URL(used).searchParams.get("code") ?? "";
  await page.goto(used);
  await expect(page.getByRole("main")).toContainText("already been completed");
  await expectSignedIn(page, "ada");

  const thief = await browser.newContext({ baseURL: stack.url });
  const elsewhere = await thief.newPage();
  provider.faults = { onCallback: (callback) => callback.searchParams.set("code", code) };
  await signIn(elsewhere, "vito");
  await expect(elsewhere.getByRole("heading", { level: 1 })).toHaveText(REFUSED);
  await expectSignedOut(elsewhere);
  await thief.close();
});

test("no sign-in fails while the provider changes its keys", async ({ browser, provider, stack }) => {
  for (const login of ["ada", "vito", "edda"] as const) {
    const context = await browser.newContext({ baseURL: stack.url });
    const page = await context.newPage();
    await page.goto("/account");
    await provider.rotateKeys();
    await identify(page, login);
    await expectSignedIn(page, login);
    await context.close();
  }
});

test("a sign-out at the provider ends the session here within a second", async ({ page, provider }) => {
  await signIn(page, "ada");
  await expectSignedIn(page, "ada");
  const elsewhere = await page.context().newPage();
  await elsewhere.goto(`${provider.issuer}/session/end`);
  await elsewhere.getByRole("button", { name: "Leave" }).click();
  await expect(elsewhere.getByText("Left")).toBeVisible();
  await expect(() => expectSignedOut(page)).toPass({ timeout: 1_000 });
});

test("signing out ends both sessions, and a copy of the cookie is worth nothing", async ({ page, context }) => {
  await signIn(page, "ada");
  await expectSignedIn(page, "ada");
  const copies = await context.cookies(page.url());
  await page.getByRole("main").getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Leave" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are signed out");
  expect((await context.cookies(page.url())).map(({ name }) => name)).not.toContain("session");
  await expectSignedOut(page);
  await context.addCookies(copies.filter(({ name }) => name === "session"));
  await expectSignedOut(page);
});

for (const [login, { name, role }] of Object.entries(PEOPLE)) {
  test(`${login} is shown what the role may do`, async ({ page, guard }) => {
    guard.expectStatus(403);
    await signIn(page, login as keyof typeof PEOPLE);
    if (role === undefined) {
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("You don’t have access");
      return;
    }
    await expect(page.getByRole("main")).toContainText(name);
    await expect(page.getByRole("main")).toContainText(role);
    const log = await page.goto("/audit");
    expect(log?.status()).toBe(["auditor", "admin"].includes(role) ? 200 : 403);
    const form = await page.goto("/sandbox/organisations/new");
    expect(form?.status()).toBe(["editor", "admin"].includes(role) ? 200 : 403);
    const production = await page.goto("/production/organisations/new");
    expect(production?.status()).toBe(role === "admin" ? 200 : 403);
  });
}

test("the account page ends the session of another browser", async ({ page, browser, stack }) => {
  const context = await browser.newContext({ baseURL: stack.url });
  const other = await context.newPage();
  await signIn(other, "edda");
  await expectSignedIn(other, "edda");
  await signIn(page, "edda");
  await page.getByRole("button", { name: /^End all other sessions/ }).first().click();
  await expectSignedOut(other);
  await expectSignedIn(page, "edda");
  await context.close();
});

test("a form that comes after the end of the session is sent once somebody has signed in again", async ({ page, context, guard }) => {
  guard.expectStatus(401);
  const name = unique('Quayside <b>&</b> "Sons"');
  await signIn(page, "edda", "/sandbox/organisations/new");
  await text(page, "Name").fill(name);
  await context.clearCookies();
  await button(page, "Create organisation").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your session has ended");
  await expectAccessible(page);

  const opened = context.waitForEvent("page");
  await link(page, "Sign in (opens in a new tab)").click();
  const tab = await opened;
  await identify(tab, "edda");
  await expect(tab).toHaveURL("/");
  await tab.close();

  await button(page, "Send it again").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
});
