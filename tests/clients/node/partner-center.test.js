/** Jane, Trent and John at Partner Center in a real browser, each from a fresh profile, by the names that the real pages have. */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { args, executablePath } from "./browser.js";
import { codeApp, typeCode, typeNameAndPassword, typeName, World } from "./people.js";
import { john } from "./surroundings.js";

const jane = "jane@contoso.test";
const trent = "trent@wingtip.test";
let browser, world, profiles, page;

before(async () => {
  browser = await chromium.launch({ executablePath, args: await args() });
});
after(() => browser?.close());
beforeEach(async () => {
  profiles = [];
  world = await World.create();
  page = await newProfile();
});
afterEach(async () => {
  await Promise.all(profiles.map((profile) => profile.close()));
  await world.remove();
});

/** A page in a browser that nobody has used yet. */
async function newProfile(options = {}) {
  const profile = await browser.newContext(options);
  profile.setDefaultTimeout(15_000);
  profiles.push(profile);
  return profile.newPage();
}
const open = (path, where = page) => where.goto(world.url(path));
const menu = (name, where = page) => where.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
const isAt = async (path, heading, where = page) => {
  await where.waitForURL(world.url(path));
  await where.getByRole("heading", { level: 1, name: heading }).waitFor();
};
const hasNoAccess = async (where = page) => assert.equal(await where.textContent("[data-testid=error-code]"), "no_access");

describe("Partner Center", () => {
  test("Jane is asked for password and code at the overview, and for nothing at the customers", async () => {
    await open("/portal/overview");
    await typeNameAndPassword(page, jane);
    await typeCode(page, await world.code(jane));
    await isAt("/portal/overview", "Welcome, Jane Lindqvist");
    await menu("Customers");
    await isAt("/portal/customers", "Customers");
    assert.equal(await page.locator("[data-testid=customer]").count(), 2);
  });

  test("Trent is asked by his own provider for both, and for nothing at the customers", async () => {
    await open("/portal/overview");
    await typeName(page, trent);
    await page.fill("#passwordInput", "Wingtip1!");
    await page.click("#submitButton");
    await page.fill("#verificationCodeInput", await world.code(trent));
    await page.click("#signInButton");
    await isAt("/portal/overview", /^Welcome/);
    await menu("Customers");
    await isAt("/portal/customers", "Customers");
  });

  test("John registers at the customers on his first day, and only verifies there on the second", async () => {
    await open("/portal/overview");
    await typeNameAndPassword(page, john);
    await isAt("/portal/overview", "Welcome, John Haugen");
    await menu(/^Customers/);
    await page.click("#idSubmit_ProofUp_Redirect");
    await page.click("[data-value=PhoneAppOTP]");
    const secret = (await page.textContent("[data-testid=totp-secret]")).trim();
    await page.click("#idSIButton9");
    await typeCode(page, codeApp(secret));
    await isAt("/portal/customers", "Customers");

    await world.advance("1d");
    page = await newProfile();
    await open("/portal/overview");
    await typeNameAndPassword(page, john);
    await isAt("/portal/overview", "Welcome, John Haugen");
    await menu(/^Customers/);
    await typeCode(page, await world.code(john));
    await isAt("/portal/customers", "Customers");
  });

  for (const [edition, columns, asks] of [
    ["2019", { jane: "yyy", sam: "ynn", hana: "yyn", gwen: "nny", bill: "nny" }, { overview: false, billing: false, customers: true }],
    ["2020", { jane: "yyy", sam: "ynn", hana: "yyn", gwen: "nny", bill: "nny" }, { overview: false, billing: true, customers: true }],
    ["2025", { jane: "yyy", sam: "ynn", hana: "yyn", gwen: "nnn", bill: "nny" }, { overview: true, billing: true, customers: true }],
  ]) {
    test(`in the edition of ${edition} each role opens the pages of its column`, async () => {
      await world.change({ edition });
      for (const [name, column] of Object.entries(columns)) {
        page = await newProfile();
        await open("/portal/overview");
        await typeNameAndPassword(page, `${name}@contoso.test`);
        await typeCode(page, await world.code(`${name}@contoso.test`));
        await isAt("/portal/overview", /^Welcome/);
        const opened = [];
        for (const path of ["customers", "support/customer-requests", "billing"]) {
          opened.push((await open(`/portal/${path}`)).status() === 200 ? "y" : "n");
        }
        assert.equal(opened.join(""), column, name);
      }
    });

    test(`in the edition of ${edition} a password alone opens what is not protected`, async () => {
      await world.change({ edition });
      for (const [path, asked] of Object.entries(asks)) {
        page = await newProfile();
        await open(`/portal/${path}`);
        await typeNameAndPassword(page, john);
        await page.locator("#idSubmit_ProofUp_Redirect, nav[aria-label=Pages]").first().waitFor();
        assert.equal(await page.locator("#idSubmit_ProofUp_Redirect").isVisible(), asked, path);
      }
    });
  }

  test("whoever lacks the role proves the second factor and stays outside", async () => {
    await open("/portal/customers");
    await typeNameAndPassword(page, "gwen@contoso.test");
    await typeCode(page, await world.code("gwen@contoso.test"));
    await hasNoAccess();
  });

  test("the keyboard alone gets one through, on the smallest phone, in the dark, without script", async () => {
    page = await newProfile({ viewport: { width: 320, height: 640 }, colorScheme: "dark", javaScriptEnabled: false });
    await open("/portal/overview");
    await typeNameAndPassword(page, john);
    await isAt("/portal/overview", "Welcome, John Haugen");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.ok(await page.locator("#signOut").isVisible());
    for (const path of ["/portal/overview", "/portal/health", "/portal/security", "/portal/support/partner-requests"]) {
      await open(path);
      const { scroll, width } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, width: innerWidth }));
      assert.ok(scroll <= width, `${path} is ${scroll} wide`);
    }
  });
});

describe("the service portals", () => {
  test("the admin center of a customer asks for a second factor, the Exchange admin center does not", async () => {
    await open("/exchange/adatum.test");
    await typeNameAndPassword(page, john);
    await page.getByRole("heading", { level: 1, name: "Adatum" }).waitFor();
    await open("/admin/adatum.test");
    assert.ok(await page.locator("#idSubmit_ProofUp_Redirect").isVisible());
  });
});
