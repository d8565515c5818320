/** MSAL in a real browser: a single-page application at http://localhost:3000, and people on the real pages. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { args, executablePath } from "./browser.js";
import { alice, aliceId, authority, bob, claims, graph, host, origin, password, read, spa, tenant, write } from "./surroundings.js";

const site = "http://localhost:3000";
const auth = { clientId: spa, authority, knownAuthorities: [host], redirectUri: site, postLogoutRedirectUri: site };
const library = (file) => readFileSync(new URL(`node_modules/@azure/msal-browser/lib/${file}`, import.meta.url));
const files = {
  "/": readFileSync(new URL("spa.html", import.meta.url), "utf8").replace("/* configuration */", JSON.stringify(auth)),
  "/msal-browser.min.js": library("msal-browser.min.js"),
  "/msal-redirect-bridge.min.js": library("redirect-bridge/msal-redirect-bridge.min.js"),
};

const website = createServer(({ url }, answer) => {
  const { pathname } = new URL(url, site);
  answer.writeHead(pathname in files ? 200 : 404, { "Content-Type": pathname === "/" ? "text/html" : "text/javascript" });
  answer.end(files[pathname]);
});
let trusting, profile, context, page;

before(async () => {
  await once(website.listen(3000, "localhost"), "listening");
  trusting = await args();
});
after(() => {
  website.closeAllConnections();
  website.close();
});

/** Everyone's browser is new, and allows other sites' cookies: Debian's Chromium forbids them, and `ssoSilent` needs them. */
beforeEach(async () => {
  profile = mkdtempSync(join(tmpdir(), "browser-"));
  mkdirSync(join(profile, "Default"));
  writeFileSync(join(profile, "Default/Preferences"), JSON.stringify({ profile: { cookie_controls_mode: 0 } }));
  context = await chromium.launchPersistentContext(profile, { executablePath, args: trusting });
  context.setDefaultTimeout(20_000);
  page = await open();
});
afterEach(async () => {
  await context.close();
  rmSync(profile, { recursive: true });
});

const open = async () => {
  const opened = await context.newPage();
  await opened.goto(site);
  await isReady(opened);
  return opened;
};
const isReady = (where) => where.waitForFunction(() => document.title === "Example SPA is ready");

/** Calls a method of the application in the page; refusals come back as data. */
const call = (method, request, where = page) =>
  where.evaluate(async ([method, request]) => {
    try {
      const { account, accessToken, idTokenClaims, fromCache } = (await application[method](request)) ?? {};
      return { account, accessToken, idTokenClaims, fromCache };
    } catch ({ name, errorCode, message, subError }) {
      return { name, errorCode, message, subError };
    }
  }, [method, request]);

async function fillIn(where, user = alice, secret = password) {
  await where.fill("input[name=loginfmt]", user);
  await where.click("#idSIButton9");
  await where.fill("input[name=passwd]", secret);
  await where.click("#idSIButton9");
}

async function signInByPopup(scopes = [read]) {
  const [popup, result] = await Promise.all([context.waitForEvent("page").then(async (popup) => {
    await fillIn(popup);
    return popup;
  }), call("loginPopup", { scopes })]);
  return { popup, result };
}

describe("a popup", () => {
  test("signs a person in and closes itself", async () => {
    const { popup, result } = await signInByPopup();
    assert.equal(result.account?.homeAccountId, `${aliceId}.${tenant}`, JSON.stringify(result));
    assert.equal((await claims(result.accessToken)).azp, spa);
    assert.ok(popup.isClosed());
  });

  const askForConsent = async (user, button) => {
    const [, result] = await Promise.all([
      context.waitForEvent("page").then(async (popup) => {
        await fillIn(popup, user);
        await popup.getByRole("heading", { name: "Permissions requested" }).waitFor();
        await popup.click(button);
      }),
      call("loginPopup", { scopes: [write] }),
    ]);
    return result;
  };

  test("asks for a consent that is missing and remembers it", async () => {
    const { account, accessToken } = await askForConsent(bob, "#idSIButton9");
    assert.match((await claims(accessToken)).scp, /\bwrite\b/);
    const later = await call("acquireTokenSilent", { account, scopes: [write], forceRefresh: true });
    assert.ok(later.accessToken, JSON.stringify(later));
  });

  test("tells the application that a consent was declined", async () => {
    const result = await askForConsent(alice, "#idBtn_Back");
    assert.equal(result.errorCode, "access_denied", JSON.stringify(result));
  });
});

describe("a redirect", () => {
  const signInByRedirect = async () => {
    await Promise.all([page.waitForURL(`${origin}/**`), page.evaluate((scopes) => void application.loginRedirect({ scopes }), [read])]);
    await fillIn(page);
    await page.waitForURL(`${site}/`);
    await isReady(page);
    return page.evaluate(() => returned);
  };

  test("signs a person in and brings them back", async () => {
    const returned = await signInByRedirect();
    assert.equal(returned?.account.username, alice);
  });

  test("says on the page that a password is wrong, and lets the person try again", async () => {
    await Promise.all([page.waitForURL(`${origin}/**`), page.evaluate((scopes) => void application.loginRedirect({ scopes }), [read])]);
    await fillIn(page, alice, "guess");
    assert.ok((await page.textContent("#passwordError")).trim());
    await page.fill("input[name=passwd]", password);
    await page.click("#idSIButton9");
    await page.waitForURL(`${site}/`);
    await isReady(page);
    assert.equal(await page.evaluate(() => returned.account.username), alice);
  });

  test("signs the person out of the provider too", async () => {
    const { account } = await signInByRedirect();
    const gone = page.waitForRequest((request) => request.url().startsWith(`${origin}/`));
    await page.evaluate((account) => void application.logoutRedirect({ account }), account);
    await gone;
    await page.waitForURL(`${site}/**`);
    await isReady(page);
    const later = await call("ssoSilent", { scopes: [read], loginHint: alice });
    assert.equal(later.name, "InteractionRequiredAuthError", JSON.stringify(later));
  });
});

describe("silently", () => {
  test("another page of the browser is signed in by the session", async () => {
    await signInByPopup();
    const other = await open();
    const result = await call("ssoSilent", { scopes: [read], loginHint: alice }, other);
    assert.equal(result.account?.username, alice, JSON.stringify(result));
  });

  test("nobody is signed in without a session", async () => {
    const result = await call("ssoSilent", { scopes: [read], loginHint: alice });
    assert.deepEqual([result.name, result.errorCode], ["InteractionRequiredAuthError", "login_required"], JSON.stringify(result));
  });

  test("the cache answers first and the refresh token when asked to", async () => {
    const { account } = (await signInByPopup()).result;
    assert.equal((await call("acquireTokenSilent", { account, scopes: [read] })).fromCache, true);
    const renewed = await call("acquireTokenSilent", { account, scopes: [read], forceRefresh: true });
    assert.equal(renewed.fromCache, false, JSON.stringify(renewed));
  });

  test("a token for another resource needs no page", async () => {
    const { account } = (await signInByPopup()).result;
    const result = await call("acquireTokenSilent", { account, scopes: [graph] });
    assert.ok(result.accessToken, JSON.stringify(result));
  });

  test("a scope without consent needs the person", async () => {
    const { account } = (await signInByPopup()).result;
    const result = await call("acquireTokenSilent", { account, scopes: [write] });
    assert.equal(result.name, "InteractionRequiredAuthError", JSON.stringify(result));
  });
});
