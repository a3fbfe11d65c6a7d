// Signing in as a person would. The address and the field names of the sign-in page are known here and nowhere else.

const PAUSE_MS = 6_000;
const TRIES = 8;

/**
 * Signs in on this page and waits until the sign-in page is left. All tests come from one address, so the limit on
 * signing in may say to wait a little: whoever is told so waits.
 */
export async function signIn(page, { account, password }, problems) {
  problems?.expect(/429 \(Too Many Requests\) \(\S*\/sign-in\)/);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await page.goto('/sign-in');
    await page.fill('input[name="account"]', account);
    await page.fill('input[name="password"]', password);
    const asked = page.waitForResponse((response) => response.request().isNavigationRequest());
    const [answer] = await Promise.all([asked, page.click('form button[type="submit"]')]);
    if (answer.status() !== 429) break;
    await page.waitForTimeout(PAUSE_MS);
  }
  await page.waitForURL((url) => url.pathname !== '/sign-in').catch(() => {
    throw new Error(`signing in as ${account} did not leave the sign-in page`);
  });
}
