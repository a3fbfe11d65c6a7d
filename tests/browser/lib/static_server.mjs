// A small server of files for tests of the harness and of the vendored files; it sends the product's policy.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The content security policy that pages must work under (crates/web/assets/vendor/README.md). */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const KINDS = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.geojson': 'application/geo+json',
};

/**
 * Serves `folders` ({ '/prefix/': folder }) and `answers` ({ '/path': (request, response) => ... }) on a free port:
 * { address, stop() }.
 */
export async function serve({ folders = {}, answers = {} }) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    response.setHeader('Content-Security-Policy', POLICY);
    if (answers[pathname]) return answers[pathname](request, response);
    const prefix = Object.keys(folders).find((start) => pathname.startsWith(start));
    const file = prefix && path.join(folders[prefix], pathname.slice(prefix.length) || 'index.html');
    try {
      const bytes = await readFile(file);
      response.setHeader('Content-Type', KINDS[path.extname(file)] ?? 'application/octet-stream');
      response.end(bytes);
    } catch {
      response.writeHead(404).end('not found');
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { address: `http://127.0.0.1:${server.address().port}`, stop };
}
