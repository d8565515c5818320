/** A second factor in a real browser, scripted as people script the real pages: every method, registered and verified. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { args, executablePath } from "./browser.js";
import {
  anotherWay, approve, cameBack, codeApp, phone, securityKey, typeCode, typeName, typeNameAndPassword, World,
} from "./people.js";
import { alice, mia, password } from "./surroundings.js";

/** What an application asks for when it wants a second factor. */
const wantsMfa = { acr_values: "urn:microsoft:policies:mfa" };
const enforced = { users: { [alice]: { per_user_mfa: "enforced" } } };

const application = createServer((_, answer) => answer.end("<title>Example Web</title>"));
let browser, world, profiles, page;

before(async () => {
  await once(application.listen(3000, "localhost"), "listening");
  browser = await chromium.launch({ executablePath, args: await args() });
});
after(async () => {
  await browser?.close();
  application.closeAllConnections();
  application.close();
});
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
async function nextDay() {
  await world.advance("1d");
  return newProfile();
}
/** Somebody who was sent to sign in by Example Web, and has typed name and password. */
async function past(user, where = page, asking = {}) {
  await where.goto(world.authorize(asking));
  await typeNameAndPassword(where, user);
}
/** How the token says that whoever comes back to the application has signed in. */
const amr = async (where = page) => world.amr((await cameBack(where)).code);
const isThere = (selector, where = page) => where.locator(selector).isVisible();
const shownNumber = async (where = page) => (await where.textContent("#idRichContext_DisplaySign")).trim();
const isNotApproved = async (where = page) => {
  await where.waitForSelector("#idRichContext_DisplaySign", { state: "detached" });
  assert.match(await where.getByRole("alert").textContent(), /denied/);
};
const asksFor = async (method, where = page) => {
  await where.click("#idSubmit_ProofUp_Redirect");
  await where.click(`[data-value=${method}]`);
};
const typePhone = async (number, where = page) => {
  await where.fill("input[name=phone]", number);
  await where.click("#idSIButton9");
};
const textedCode = async (user, where = page) => {
  await where.waitForSelector("input[name=otc]");
  return (await world.message(user)).code;
};

describe("verification", () => {
  const andHerPhone = async () => {
    await past(mia);
    return phone(world, page.context(), mia);
  };

  test("the number on the page is typed on the phone, and the page goes on by itself", async () => {
    const tab = await andHerPhone();
    await approve(tab, await shownNumber());
    assert.deepEqual(await amr(), ["pwd", "mfa"]);
  });

  test("the wrong number is no approval", async () => {
    const tab = await andHerPhone();
    await approve(tab, (await shownNumber()) === "42" ? "43" : "42");
    await isNotApproved();
  });

  test("a request that is denied leaves another way", async () => {
    const tab = await andHerPhone();
    await tab.click("[data-testid=deny]");
    await isNotApproved();
    await anotherWay(page, "PhoneAppOTP");
    await typeCode(page, await world.code(mia));
    assert.deepEqual(await amr(), ["pwd", "otp", "mfa"]);
  });

  test("a request that is reported ends the sign-in", async () => {
    const tab = await andHerPhone();
    await tab.click("[data-testid=report]");
    assert.equal(await page.textContent("[data-testid=error-code]"), "AADSTS500121");
  });

  test("a request that nobody answers can be sent again", async () => {
    await past(mia);
    await shownNumber();
    await world.advance("61s");
    assert.match(await page.getByRole("alert").textContent(), /in time/);
    await page.getByRole("button", { name: "Send another request" }).click();
    const number = await shownNumber();
    await approve(await phone(world, page.context(), mia), number);
    assert.deepEqual(await amr(), ["pwd", "mfa"]);
  });

  test("a code of the code app counts once and a wrong one never", async () => {
    await past(mia);
    await anotherWay(page, "PhoneAppOTP");
    const code = await world.code(mia);
    await typeCode(page, code === "000000" ? "000001" : "000000");
    assert.ok(await page.textContent("#idSpan_SAOTCC_Error_OTC"));
    await typeCode(page, code);
    assert.deepEqual(await amr(), ["pwd", "otp", "mfa"]);

    const another = await newProfile();
    await past(mia, another);
    await anotherWay(another, "PhoneAppOTP");
    await typeCode(another, code);
    assert.match(await another.textContent("#idSpan_SAOTCC_Error_OTC"), /used already/);
  });

  test("a text message brings a code", async () => {
    await past(mia);
    await anotherWay(page, "OneWaySMS");
    await typeCode(page, await textedCode(mia));
    assert.deepEqual(await amr(), ["pwd", "sms", "mfa"]);
  });

  test("a call is answered on the phone", async () => {
    const tab = await andHerPhone();
    await anotherWay(page, "TwoWayVoiceMobile");
    await approve(tab.locator("article", { hasText: "calls" }));
    assert.deepEqual(await amr(), ["pwd", "tel", "mfa"]);
  });

  test("nobody is asked twice in one session", async () => {
    const tab = await andHerPhone();
    await approve(tab, await shownNumber());
    await cameBack(page);
    await page.goto(world.authorize(wantsMfa));
    assert.deepEqual(await amr(), ["pwd", "mfa"]);
  });

  test("a third-party provider asks on a page of its own", async () => {
    await page.goto(world.atProvider());
    await page.fill("#userNameInput", "mia@local.test");
    await page.fill("#passwordInput", "Password1!");
    await page.click("#submitButton");
    await page.fill("#verificationCodeInput", await world.code("mia@local.test"));
    await page.click("#signInButton");
    await page.click("#idSIButton9");
    assert.ok((await cameBack(page)).code);
  });
});

describe("registration, and the next day's verification", () => {
  beforeEach(() => world.change(enforced));

  /** Registers on the page, comes back with these words, and is asked for that method alone in a new browser. */
  const registersAs = async (words) => {
    assert.deepEqual(await amr(), words);
    const later = await nextDay();
    await past(alice, later);
    assert.equal(await isThere("#signInAnotherWay", later), false);
    return later;
  };

  test("the authenticator app", async () => {
    await past(alice);
    await asksFor("PhoneAppNotification");
    await page.click("#idSIButton9");
    const number = await shownNumber();
    await approve(await phone(world, page.context(), alice), number);
    const later = await registersAs(["pwd", "mfa"]);
    const again = await shownNumber(later);
    await approve(await phone(world, later.context(), alice), again);
    assert.deepEqual(await amr(later), ["pwd", "mfa"]);
  });

  test("a code app", async () => {
    await past(alice);
    await asksFor("PhoneAppOTP");
    const secret = (await page.textContent("[data-testid=totp-secret]")).trim();
    await page.click("#idSIButton9");
    await typeCode(page, codeApp(secret));
    const later = await registersAs(["pwd", "otp", "mfa"]);
    await typeCode(later, await world.code(alice));
    assert.deepEqual(await amr(later), ["pwd", "otp", "mfa"]);
  });

  test("text messages, to a number that is one", async () => {
    await past(alice);
    await asksFor("OneWaySMS");
    await typePhone("my phone");
    assert.ok(await page.textContent("#registrationError"));
    await typePhone("+1 555 0142");
    await typeCode(page, await textedCode(alice));
    const later = await registersAs(["pwd", "sms", "mfa"]);
    await typeCode(later, await textedCode(alice, later));
    assert.deepEqual(await amr(later), ["pwd", "sms", "mfa"]);
  });

  test("calls", async () => {
    await past(alice);
    await asksFor("TwoWayVoiceMobile");
    await typePhone("+1 555 0142");
    await page.waitForSelector("#idBtn_Poll");
    await approve(await phone(world, page.context(), alice));
    const later = await registersAs(["pwd", "tel", "mfa"]);
    await approve(await phone(world, later.context(), alice));
    assert.deepEqual(await amr(later), ["pwd", "tel", "mfa"]);
  });

  test("a passkey", async () => {
    const key = await securityKey(page);
    await past(alice);
    await asksFor("FidoKey");
    await page.click("#idSIButton9");
    assert.deepEqual(await amr(), ["pwd", "fido", "mfa"]);
    const later = await nextDay();
    await securityKey(later, await key.credentials());
    await past(alice, later);
    assert.deepEqual(await amr(later), ["pwd", "fido", "mfa"]);
  });
});

describe("registration", () => {
  test("nothing is stored before the method was tried", async () => {
    await world.change(enforced);
    await past(alice);
    await asksFor("PhoneAppOTP");
    await page.click("#idSIButton9");
    await page.waitForSelector("input[name=otc]");
    const later = await nextDay();
    await past(alice, later);
    assert.ok(await later.waitForSelector("#idSubmit_ProofUp_Redirect"));
  });

  test("it can be put off for as long as there is grace", async () => {
    await world.change({ tenants: { example: { security_defaults: true, registration_grace_days: 14 } } });
    await past(alice);
    await page.click("#btnAskLater");
    assert.deepEqual(await amr(), ["pwd"]);
    await world.advance("15d");
    const later = await newProfile();
    await past(alice, later);
    await later.waitForSelector("#idSubmit_ProofUp_Redirect");
    assert.equal(await isThere("#btnAskLater", later), false);
  });

  test("security defaults offer the authenticator app and code apps only", async () => {
    await world.change({ tenants: { example: { security_defaults: true } } });
    await past(alice);
    await page.click("#idSubmit_ProofUp_Redirect");
    await page.waitForSelector("[data-value]");
    const offered = await page.locator("[data-value]").evaluateAll((tiles) => tiles.map((tile) => tile.dataset.value));
    assert.deepEqual(offered, ["PhoneAppNotification", "PhoneAppOTP"]);
  });

  test("because the application asked, and only then again", async () => {
    await past(alice, page, wantsMfa);
    await asksFor("OneWaySMS");
    await typePhone("+1 555 0142");
    await typeCode(page, await textedCode(alice));
    assert.deepEqual(await amr(), ["pwd", "sms", "mfa"]);

    const later = await nextDay();
    await past(alice, later);
    assert.deepEqual(await amr(later), ["pwd"]);
    await later.goto(world.authorize(wantsMfa));
    await typeCode(later, await textedCode(alice, later));
    assert.deepEqual(await amr(later), ["pwd", "sms", "mfa"]);
  });
});

describe("a passkey made at the security info page", () => {
  /** Alice's security key, with a passkey on it. */
  let key;
  beforeEach(async () => {
    key = await securityKey(page);
    await page.goto(world.url("/security-info"));
    await typeNameAndPassword(page, alice);
    await page.getByRole("button", { name: "Add sign-in method" }).click();
    await page.click("[data-value=FidoKey]");
    await page.click("#idSIButton9");
    await page.getByText("The method was added.").waitFor();
  });
  const elsewhere = async () => {
    const other = await newProfile();
    await securityKey(other, await key.credentials());
    return other;
  };

  test("is a second factor", async () => {
    const other = await elsewhere();
    await past(alice, other, wantsMfa);
    assert.deepEqual(await amr(other), ["pwd", "fido", "mfa"]);
  });

  test("does instead of the password", async () => {
    const other = await elsewhere();
    await other.goto(world.authorize(wantsMfa));
    await typeName(other, alice);
    await other.getByRole("button", { name: "Use a passkey instead" }).click();
    assert.deepEqual(await amr(other), ["fido", "mfa"]);
  });

  test("is left at home: the password is one step back", async () => {
    const other = await newProfile();
    await securityKey(other);
    await other.goto(world.authorize());
    await typeName(other, alice);
    await other.getByRole("button", { name: "Use a passkey instead" }).click();
    await other.getByRole("alert").waitFor();
    await other.click("#idBtn_Back");
    await other.fill("input[name=passwd]", password);
    await other.click("#idSIButton9");
    assert.deepEqual(await amr(other), ["pwd"]);
  });

  test("is not asked for where a password is enough", async () => {
    const other = await newProfile();
    await past(alice, other);
    assert.deepEqual(await amr(other), ["pwd"]);
  });

  test("can be removed, and then counts no more", async () => {
    await page.getByRole("button", { name: /^Remove/ }).click();
    await page.getByText("The method was removed.").waitFor();
    const other = await elsewhere();
    await past(alice, other, wantsMfa);
    assert.ok(await other.waitForSelector("#idSubmit_ProofUp_Redirect"));
  });
});

describe("a remembered browser", () => {
  const forget = () => page.context().clearCookies({ name: "ESTSAUTH" });

  test("is asked again when its days are over", async () => {
    await world.change({ tenants: { example: { remember_mfa_days: 14 } } });
    await past(mia);
    await anotherWay(page, "PhoneAppOTP");
    await page.check("input[name=rememberMFA]");
    await typeCode(page, await world.code(mia));
    await cameBack(page);
    await forget();
    await past(mia);
    assert.deepEqual(await amr(), ["pwd", "mfa"]);
    await forget();
    await world.advance("15d");
    await past(mia);
    assert.ok(await page.waitForSelector("#idRichContext_DisplaySign"));
  });

  test("is one that was ticked before a wrong code, too", async () => {
    await world.change({ tenants: { example: { remember_mfa_days: 14 } } });
    await past(mia);
    await anotherWay(page, "PhoneAppOTP");
    await page.check("input[name=rememberMFA]");
    const code = await world.code(mia);
    await typeCode(page, code === "000000" ? "000001" : "000000");
    await page.waitForSelector("#idSpan_SAOTCC_Error_OTC");
    await typeCode(page, code);
    await cameBack(page);
    await forget();
    await past(mia);
    assert.deepEqual(await amr(), ["pwd", "mfa"]);
  });

  test("does not count in another browser", async () => {
    await world.change({ tenants: { example: { remember_mfa_days: 14 } } });
    await past(mia);
    await page.check("input[name=rememberMFA]");
    await approve(await phone(world, page.context(), mia), await shownNumber());
    await cameBack(page);
    const other = await newProfile();
    await past(mia, other);
    assert.ok(await other.waitForSelector("#idRichContext_DisplaySign"));
  });

  test("is not offered where the tenant does not allow it", async () => {
    await past(mia);
    await page.waitForSelector("#idRichContext_DisplaySign");
    assert.equal(await isThere("input[name=rememberMFA]"), false);
  });
});

describe("people who do not go straight on", () => {
  /** Chromium asks before it sends a form again, as a page on which nothing else can be done; reloading that says yes. */
  const goBack = async () => {
    await assert.rejects(page.goBack(), /ERR_CACHE_MISS/);
    await page.getByText("ERR_CACHE_MISS").waitFor();
    await page.reload();
  };

  test("the back button leads into the same verification again", async () => {
    await past(mia);
    const number = await shownNumber();
    await goBack();
    assert.equal(await shownNumber(), number);
    await approve(await phone(world, page.context(), mia), number);
    assert.deepEqual(await amr(), ["pwd", "mfa"]);
  });

  test("after the end the back button says that this sign-in is over", async () => {
    await past(mia);
    await anotherWay(page, "PhoneAppOTP");
    await typeCode(page, await world.code(mia));
    await cameBack(page);
    await goBack();
    assert.match(await page.textContent("[data-testid=error-code]"), /^AADSTS/);
  });

  test("whoever presses twice has said it once", async () => {
    await page.goto(world.authorize());
    await page.fill("input[name=loginfmt]", alice);
    await page.dblclick("#idSIButton9");
    await page.fill("input[name=passwd]", password);
    await page.dblclick("#idSIButton9");
    assert.deepEqual(await amr(), ["pwd"]);
  });

  test("a second tab has a verification of its own, and the first one goes on", async () => {
    await past(mia);
    const number = await shownNumber();
    const tab = await page.context().newPage();
    await past(mia, tab);
    await anotherWay(tab, "PhoneAppOTP");
    await typeCode(tab, await world.code(mia));
    assert.deepEqual(await amr(tab), ["pwd", "otp", "mfa"]);
    assert.equal(await shownNumber(), number);
    const newestFirst = (await phone(world, page.context(), mia)).locator("article");
    await approve(newestFirst.last(), number);
    assert.deepEqual(await amr(), ["pwd", "otp", "mfa"]); // the session knows what the other tab has proven, too
  });
});

describe("a policy that blocks", () => {
  test("is named on the error page with the code", async () => {
    const policy = { state: "enabled", include: { all: true }, grant: ["block"] };
    await world.change({ tenants: { example: { conditional_access: { "not-today": policy } } } });
    await past(alice);
    assert.equal(await page.textContent("[data-testid=error-code]"), "AADSTS53003");
    assert.match(await page.textContent("body"), /R-05\s+the conditional access policy not-today applies: block/);
  });
});

describe("without script", () => {
  beforeEach(async () => (page = await newProfile({ javaScriptEnabled: false })));

  test("a push goes on by the button", async () => {
    await past(mia);
    const number = await shownNumber();
    await page.click("#idBtn_Poll");
    assert.equal(await shownNumber(), number);
    await approve(await phone(world, page.context(), mia), number);
    await page.click("#idBtn_Poll");
    assert.deepEqual(await amr(), ["pwd", "mfa"]);
  });

  test("a method is registered", async () => {
    await world.change(enforced);
    await past(alice);
    await asksFor("PhoneAppOTP");
    const secret = (await page.textContent("[data-testid=totp-secret]")).trim();
    await page.click("#idSIButton9");
    await typeCode(page, codeApp(secret));
    assert.deepEqual(await amr(), ["pwd", "otp", "mfa"]);
  });
});
