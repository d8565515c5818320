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
import { typeCode, typeNameAndPassword, World } from "./people.js";
import {
  alice, aliceId, authority, bob, claims, graph, guard, host, newcomer, origin, password, read, secret, spa, tenant, write,
} from "./surroundings.js";

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
    } catch ({ name, errorCode, message, subError, claims }) {
      return { name, errorCode, message, subError, claims };
    }
  }, [method, request]);

/** Has the application open a popup, in which a person does something. */
async function byPopup(person, method = "loginPopup", request = { scopes: [read] }) {
  const [popup, result] = await Promise.all([context.waitForEvent("page").then(async (popup) => {
    await person(popup);
    return popup;
  }), call(method, request)]);
  return { popup, result };
}
const proveBoth = async (where, user) => {
  await typeNameAndPassword(where, user);
  await typeCode(where, await new World().code(user));
};
const signInByPopup = () => byPopup((popup) => typeNameAndPassword(popup, alice));

describe("a popup", () => {
  test("signs a person in and closes itself", async () => {
    const { popup, result } = await signInByPopup();
    assert.equal(result.account?.homeAccountId, `${aliceId}.${tenant}`, JSON.stringify(result));
    assert.equal((await claims(result.accessToken)).azp, spa);
    assert.ok(popup.isClosed());
  });

  const askForConsent = async (user, button) => {
    const person = async (popup) => {
      await typeNameAndPassword(popup, user);
      await popup.getByRole("heading", { name: "Permissions requested" }).waitFor();
      await popup.click(button);
    };
    return (await byPopup(person, "loginPopup", { scopes: [write] })).result;
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
  const leave = (scopes = [read]) =>
    Promise.all([page.waitForURL(`${origin}/**`), page.evaluate((scopes) => void application.loginRedirect({ scopes }), scopes)]);
  const comeBack = async () => {
    await page.waitForURL(`${site}/`);
    await isReady(page);
    return page.evaluate(() => returned);
  };
  const signInByRedirect = async () => {
    await leave();
    await typeNameAndPassword(page, alice);
    return comeBack();
  };

  test("signs a person in and brings them back", async () => {
    const returned = await signInByRedirect();
    assert.equal(returned?.account.username, alice);
  });

  test("says on the page that a password is wrong, and lets the person try again", async () => {
    await leave();
    await typeNameAndPassword(page, alice, "guess");
    assert.ok((await page.textContent("#passwordError")).trim());
    await page.fill("input[name=passwd]", password);
    await page.click("#idSIButton9");
    assert.equal((await comeBack()).account.username, alice);
  });

  test("asks for a second factor on the way", async () => {
    const user = await newcomer({ per_user_mfa: "enforced", methods: { totp: secret } });
    await leave([graph]);
    await proveBoth(page, user);
    const { accessToken } = await comeBack();
    assert.deepEqual((await claims(accessToken)).amr, ["pwd", "otp", "mfa"]);
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

describe("silently, for whoever must prove more", () => {
  /** What silence is answered with: the refresh token's refusal, and the session's. */
  const refused = async (account, number) => {
    const renewal = await call("acquireTokenSilent", { account, scopes: [read], forceRefresh: true });
    const session = await call("ssoSilent", { scopes: [read], loginHint: account.username });
    for (const [answer, errorCode] of [[renewal, "invalid_grant"], [session, "interaction_required"]]) {
      assert.deepEqual([answer.name, answer.errorCode], ["InteractionRequiredAuthError", errorCode], JSON.stringify(answer));
      assert.match(answer.message, new RegExp(`AADSTS${number}: `));
    }
    return renewal;
  };
  const signedIn = async (user) => (await byPopup((popup) => typeNameAndPassword(popup, user))).result.account;

  test("a token is refused until a popup has asked for the second factor", async () => {
    const user = await newcomer({ methods: { totp: secret } });
    const account = await signedIn(user);
    await guard(user);
    const { subError, claims: challenge } = await refused(account, 50076);
    assert.equal(subError, "basic_action");
    const proving = async (popup) => typeCode(popup, await new World().code(user));
    const { result } = await byPopup(proving, "acquireTokenPopup", { account, scopes: [graph], claims: challenge });
    assert.deepEqual((await claims(result.accessToken)).amr, ["pwd", "otp", "mfa"], JSON.stringify(result));
    const later = await call("ssoSilent", { scopes: [read], loginHint: user });
    assert.equal(later.account?.username, user, JSON.stringify(later));
  });

  test("a token is refused until a popup has had a method registered", async () => {
    const user = await newcomer();
    const account = await signedIn(user);
    await guard(user);
    await refused(account, 50079);
    const registering = async (popup) => {
      await popup.click("#idSubmit_ProofUp_Redirect");
      await popup.click("[data-value=OneWaySMS]");
      await popup.fill("input[name=phone]", "+1 555 0142");
      await popup.click("#idSIButton9");
      await popup.waitForSelector("input[name=otc]");
      await typeCode(popup, (await new World().message(user)).code);
    };
    const { result } = await byPopup(registering, "acquireTokenPopup", { account, scopes: [graph] });
    assert.deepEqual((await claims(result.accessToken)).amr, ["pwd", "sms", "mfa"], JSON.stringify(result));
  });

  test("what an api demands is refused until a popup has asked for it", async () => {
    const user = await newcomer({ methods: { totp: secret } });
    const account = await signedIn(user);
    await guard(user, { auth_context: "c1" });
    const request = { account, scopes: [read], claims: JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } }) };
    const refusal = await call("acquireTokenSilent", request);
    assert.equal(refusal.name, "InteractionRequiredAuthError", JSON.stringify(refusal));
    const proving = async (popup) => typeCode(popup, await new World().code(user));
    const { result } = await byPopup(proving, "acquireTokenPopup", request);
    assert.deepEqual((await claims(result.accessToken)).acrs, ["c1"], JSON.stringify(result));
  });
});
