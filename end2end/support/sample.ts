import { type Cookie, expect, type Page } from "@playwright/test";
import { button, text } from "./forms.ts";
import { auditEntries, createClient, createOrganisation, unique } from "./journeys.ts";
import { BROKEN } from "./stack.ts";

/** Objects that the pages below are about. */
export interface Sample {
  organisation: string;
  emptyOrganisation: string;
  client: string;
  entry: string;
  /** The review of changes that nobody has saved. */
  review: string;
  /** Of the session in which it was made: only there is the review to be seen. */
  cookies: Cookie[];
}

/** Makes one of everything through the pages themselves. */
export async function createSample(page: Page): Promise<Sample> {
  const emptyOrganisation = await createOrganisation(page, "sandbox", unique("Harbour & Vale"));
  const organisation = await createOrganisation(page, "sandbox", unique("Meridian Lettings"));
  const { id: client } = await createClient(page, unique("tenant-portal"));
  await page.goto(`/sandbox/organisations/${organisation}/edit`);
  await text(page, "Name").fill(unique("Meridian Lettings & Sales"));
  await button(page, "Review changes").click();
  await expect(page).toHaveURL(/draft=/);
  const review = page.url().slice(new URL(page.url()).origin.length);
  await page.goto("/audit?action=create");
  const [entry] = await auditEntries(page);
  if (entry === undefined) throw new Error("the audit log lists no entry");
  const cookies = await page.context().cookies();
  return { organisation, emptyOrganisation, client, entry, review, cookies };
}

/** A page of the dashboard; `status` is 200 where it is not said. */
export interface Sight {
  name: string;
  path: (sample: Sample) => string;
  status?: number;
  /** What to do there before it is looked at. */
  prepare?: (page: Page) => Promise<void>;
}

/** Every page, filled, empty, and in error. */
export const SIGHTS: Sight[] = [
  { name: "overview", path: () => "/" },
  { name: "organisations", path: () => "/sandbox/organisations" },
  { name: "organisations, sorted and narrowed", path: () => "/sandbox/organisations?not_state=disabled&scope=openid&sort=-name" },
  { name: "organisations, a filter open", path: () => "/sandbox/organisations?product=sign_up", prepare: openFilter },
  { name: "organisations, none found", path: () => "/sandbox/organisations?q=nothing-has-this-name" },
  { name: "organisations of production", path: () => "/production/organisations" },
  { name: "organisation", path: ({ organisation }) => `/sandbox/organisations/${organisation}` },
  { name: "organisation without clients", path: ({ emptyOrganisation }) => `/sandbox/organisations/${emptyOrganisation}` },
  { name: "organisation, new", path: () => "/sandbox/organisations/new" },
  { name: "organisation, new, in production", path: () => "/production/organisations/new" },
  { name: "organisation, new, rejected", path: () => "/sandbox/organisations/new", prepare: rejectOrganisation },
  { name: "organisation, edit", path: ({ organisation }) => `/sandbox/organisations/${organisation}/edit` },
  { name: "organisation, review", path: ({ review }) => review },
  { name: "organisation, history", path: ({ organisation }) => `/sandbox/organisations/${organisation}/history` },
  { name: "clients", path: () => "/sandbox/clients" },
  { name: "clients, narrowed", path: ({ organisation }) => `/sandbox/clients?within=${organisation}&not_host=a.example` },
  { name: "client", path: ({ client }) => `/sandbox/clients/${client}` },
  { name: "client, new", path: ({ organisation }) => `/sandbox/organisations/${organisation}/clients/new` },
  {
    name: "client, new, rejected",
    path: ({ organisation }) => `/sandbox/organisations/${organisation}/clients/new`,
    prepare: rejectClient,
  },
  {
    name: "client, new, review",
    path: ({ organisation }) => `/sandbox/organisations/${organisation}/clients/new`,
    prepare: reviewClient,
  },
  { name: "client, edit", path: ({ client }) => `/sandbox/clients/${client}/edit` },
  { name: "client, use it", path: ({ client }) => `/sandbox/clients/${client}/journey` },
  { name: "client, use it in Python", path: ({ client }) => `/sandbox/clients/${client}/journey?language=python` },
  { name: "client, history", path: ({ client }) => `/sandbox/clients/${client}/history` },
  { name: "find", path: () => "/find" },
  { name: "find, by name", path: () => "/find?q=harbour" },
  { name: "find, who else", path: () => "/find?scope=openid&not_connection=production" },
  { name: "find, nothing", path: () => "/find?q=nothing-has-this-name" },
  { name: "audit", path: () => "/audit" },
  { name: "audit, searched", path: () => "/audit?q=meridian&period=24h" },
  { name: "audit, none found", path: () => "/audit?q=nothing-has-this-name" },
  { name: "audit entry", path: ({ entry }) => entry },
  { name: "versions", path: ({ entry }) => entry.replace("/audit/", "/audit/compare?from=") },
  { name: "connections", path: () => "/connections" },
  { name: "connections, attention", path: () => "/connections?show=attention" },
  { name: "connection", path: () => "/connections/oneconnect" },
  { name: "connection with a test message", path: () => "/connections/oneio-qa" },
  { name: "connection that fails", path: () => `/connections/${BROKEN}` },
  { name: "notifications", path: () => "/notifications" },
  { name: "connection that is not there", path: () => "/connections/no-such-system", status: 404 },
  { name: "account", path: () => "/account" },
  { name: "nothing here", path: () => "/no/such/page", status: 404 },
  { name: "organisation that is not there", path: () => "/sandbox/organisations/00000000-0000-4000-8000-000000000000", status: 404 },
  { name: "partner out of reach", path: () => `/${BROKEN}/organisations`, status: 502 },
];

async function openFilter(page: Page): Promise<void> {
  await page.getByRole("main").locator(".filter-menu summary").first().click();
}

async function rejectOrganisation(page: Page): Promise<void> {
  await text(page, "Name").fill("   ");
  await button(page, "Create organisation").click();
  await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
}

async function rejectClient(page: Page): Promise<void> {
  await text(page, "Name").fill("   ");
  await text(page, "Return URLs").fill("htps://tenants.meridian.example/callback");
  await button(page, "Create client").click();
  await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
}

async function reviewClient(page: Page): Promise<void> {
  await text(page, "Name").fill("Review me");
  await text(page, "Return URLs").fill("https://localhost/callback");
  await button(page, "Create client").click();
  await expect(page.getByRole("heading", { level: 1, name: "Review the new client" })).toBeVisible();
}
