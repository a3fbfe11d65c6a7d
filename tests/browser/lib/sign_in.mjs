// Signing in as a person would. The address and the field names of the sign-in page are known here and nowhere else.

/** Signs in on this page and waits until the sign-in page is left. */
export async function signIn(page, { account, password }) {
  await page.goto('/sign-in');
  await page.fill('input[name="account"]', account);
  await page.fill('input[name="password"]', password);
  await page.click('form button[type="submit"]');
  await page.waitForURL((url) => url.pathname !== '/sign-in').catch(() => {
    throw new Error(`signing in as ${account} did not leave the sign-in page`);
  });
}
