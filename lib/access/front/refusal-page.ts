import { createHash } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { escapeMarkup } from '#lib/contract/markup.ts'
import { parseThemeCookie, COLOR_THEME_COOKIE_NAME } from '#lib/contract/theme.ts'
import { readCookie } from '../caller/cookies.ts'
import { type FrontRefusal, isApiOrMetricsPath, getRequestPath } from '../refusal.ts'

/**
 * Reports whether a request is from a browser that wants to show a page. A refusal is then sent as an HTML page,
 * because a browser would show a problem document as plain text.
 */
export function isPageRequest({
  method,
  url = '',
  headers,
}: {
  method?: string | undefined
  url?: string | undefined
  headers: { accept?: string | undefined }
}): boolean {
  const reads = method === 'GET' || method === 'HEAD'
  return reads && !isApiOrMetricsPath(getRequestPath(url)) && (headers.accept ?? '').includes('text/html')
}

/**
 * Style sheet of the page, with the colors and sizes from app/globals.css. It is part of the page, because that file
 * may be unavailable.
 */
const STYLE = `
:root { color-scheme: light dark; }
[data-theme="light"] { color-scheme: light; }
[data-theme="dark"] { color-scheme: dark; }
body {
  display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 1.25rem;
  min-height: 100dvh; margin: 0; padding: 2.5rem 1rem; box-sizing: border-box;
  background: light-dark(#f6f6f4, #0b0f14); color: light-dark(#15181d, #e9edf2);
  font: 0.875rem/1.25rem "Inter Variable", ui-sans-serif, system-ui, sans-serif;
}
p, h1 { margin: 0; }
.brand { display: flex; align-items: center; gap: 0.5rem; font-size: 1.125rem; font-weight: 600; letter-spacing: -0.025em; }
main {
  width: 100%; max-width: 24rem; padding: 1.25rem; box-sizing: border-box;
  border: 1px solid light-dark(#e3e3de, #1f2833); border-radius: 0.5rem; background: light-dark(#ffffff, #11161d);
}
h1 { margin-bottom: 0.5rem; font-size: 1rem; line-height: 1.5rem; font-weight: 600; }
main p { color: light-dark(#454b54, #b4bdc8); overflow-wrap: anywhere; }
@media (min-width: 2400px) { html { font-size: 125%; } }
@media (min-width: 3200px) { html { font-size: 162.5%; } }
`
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/**
 * Returns the HTML page that a browser shows when its request was refused. Neither the web framework nor the database
 * is needed for it.
 */
export function renderRefusalPage(
  { status, detail, page }: FrontRefusal,
  cookie: string | undefined,
): { headers: Record<string, string>; html: string } {
  const title = page?.title ?? STATUS_CODES[status] ?? 'Error'
  const html = `<!doctype html>
<html lang="en" data-theme="${parseThemeCookie(readCookie(cookie, COLOR_THEME_COOKIE_NAME))}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)} · Peerwatch</title>
<link rel="icon" href="/icon.svg">
<style>${STYLE}</style>
</head>
<body>
<p class="brand"><img src="/icon.svg" alt="" width="28" height="28">Peerwatch</p>
<main>
<h1>${escapeMarkup(title)}</h1>
<p>${escapeMarkup(page?.text ?? detail ?? '')}</p>
</main>
</body>
</html>
`
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      vary: 'accept',
      'content-security-policy': `default-src 'none'; img-src 'self'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      ...(page && { refresh: String(page.againInSeconds) }),
    },
    html,
  }
}
