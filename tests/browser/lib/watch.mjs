// What must not happen while a page is used: an error in the console, an uncaught exception, a violation of the
// content security policy, an answer of 500 or above, a request to any other machine.

/** Watches all pages of a context; the answer's `list` grows as things go wrong. */
export async function watch(context, address) {
  const list = [];
  const expected = [];
  const note = (text) => {
    if (!expected.some((pattern) => pattern.test(text))) list.push(text);
  };

  await context.exposeBinding('tellOfViolation', (_source, text) => note(text));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const where = `${event.sourceFile || document.URL}:${event.lineNumber}`;
      window.tellOfViolation(`policy: ${event.effectiveDirective} refused ${event.blockedURI} at ${where}`);
    });
  });
  context.on('console', (message) => {
    if (message.type() === 'error') note(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => note(`exception: ${error.error().stack ?? error.error()}`));
  context.on('response', (response) => {
    if (response.status() >= 500) note(`answer ${response.status()}: ${response.url()}`);
  });
  const home = new URL(address).host;
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.host !== home) note(`request to another machine: ${url}`);
  });

  return {
    list,
    /** From now on, what matches is not a problem (for tests of failure). */
    expect: (pattern) => expected.push(pattern),
  };
}
