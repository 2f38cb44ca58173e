// The pages that a person reaches by sending a form, and those that answer an error.

/** The first element with this role and name. Puppeteer would not wait for one that is replaced, so each is asked for anew. */
async function press(page, role, name) {
  await page.locator(`::-p-aria([name="${name}"][role="${role}"])`).click();
}

/** Replaces what a text field holds. */
async function fill(page, label, value) {
  await page.locator(`::-p-aria([name="${label}"][role="textbox"])`).fill(value);
}

/** Presses a button and waits for the page that follows. */
async function send(page, name) {
  await Promise.all([page.waitForNavigation(), press(page, "button", name)]);
}

async function changeName(page, form, value) {
  await page.goto(form);
  await fill(page, "Name", value);
}

/** What comes before each page, and the last step, which is measured. */
export function steps(address, { organisation, client, entry, unknown }) {
  const edit = `${address}${organisation}/edit`;
  return [
    {
      name: "a form that is rejected",
      before: (page) => page.goto(`${address}/sandbox/organisations/new`),
      last: (page) => press(page, "button", "Create organisation"),
    },
    {
      name: "the review of a new object",
      before: async (page) => {
        await page.goto(`${address}${organisation}/clients/new`);
        await fill(page, "Name", "Measured client");
        await fill(page, "Return URLs", "https://localhost/callback");
      },
      last: (page) => press(page, "button", "Create client"),
    },
    {
      name: "the review of changes",
      before: (page) => changeName(page, edit, "Measured once"),
      last: (page) => press(page, "button", "Review changes"),
    },
    {
      name: "the review of changes that conflict",
      before: async (page) => {
        await changeName(page, edit, "Measured by one");
        const other = await page.browser().newPage();
        await changeName(other, edit, "Measured by another");
        await send(other, "Review changes");
        await send(other, "Save changes");
        await other.close();
        await page.bringToFront();
      },
      last: (page) => press(page, "button", "Review changes"),
    },
    {
      name: "a secret that is shown once",
      before: async (page) => {
        await page.goto(`${address}/sandbox/organisations/new`);
        await fill(page, "Name", "Measured tenant");
        await send(page, "Create organisation");
        await page.goto(`${page.url()}/clients/new`);
        await fill(page, "Name", "measured-portal");
        const product = await page.waitForSelector('::-p-aria([name="Product"][role="combobox"])');
        await product.select(await product.evaluate(({ options }) => options[1].value));
        await page.locator("input[value='openid']").click();
        await fill(page, "Return URLs", "https://tenants.meridian.example/callback");
      },
      last: (page) => press(page, "button", "Create client"),
    },
    { name: "two versions of an object", last: `${address}${entry.replace("/audit/", "/audit/compare?from=")}` },
    { name: "what becomes of a creation whose outcome is unknown", last: `${address}${unknown}` },
    { name: "a test message", last: `${address}/connections/oneio-qa` },
    { name: "the connections that need attention", last: `${address}/connections?show=attention` },
    { name: "a search that finds nothing", last: `${address}/find?q=nothing-has-this-name` },
    { name: "a page that is not there", last: `${address}/no/such/page`, isError: true },
    { name: "an object that is not there", last: `${address}/sandbox/clients/none`, isError: true },
  ];
}
