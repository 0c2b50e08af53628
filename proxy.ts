import { type NextRequest, NextResponse } from 'next/server'
import { PAGE_ADDRESS_HEADER } from './app/_shared/page-address-header.ts'

/**
 * Sets the content security policy of a page, which allows only scripts with this request's nonce, and passes the whole
 * address to the page. An address with invalid percent escapes is answered by the page for unknown addresses, because
 * Next would fail on it.
 */
export function proxy(request: NextRequest): Response {
  const { pathname } = request.nextUrl
  return page(request, isWellFormed(pathname) ? null : new URL(NO_PAGE, request.url))
}

/** Path for which no page exists, so that the page for unknown addresses is returned. */
const NO_PAGE = '/not-found'

function isWellFormed(pathname: string): boolean {
  try {
    decodeURIComponent(pathname)
    return true
  } catch {
    return false
  }
}

function page(request: NextRequest, instead: URL | null): NextResponse {
  const nonce = Buffer.from(crypto.randomUUID()).toString('base64')
  const isSnapshot = request.nextUrl.pathname.startsWith('/snapshot/')
  const policy = contentSecurityPolicy(nonce, isSnapshot ? null : process.env.PEERWATCH_SIMULATOR_CONTROL_URL)
  const headers = new Headers(request.headers)
  // Next reads the nonce for its own scripts from the request's policy
  headers.set('content-security-policy', policy)
  headers.set(PAGE_ADDRESS_HEADER, request.nextUrl.pathname + request.nextUrl.search)
  const init = { request: { headers } }
  const response = instead ? NextResponse.rewrite(instead, init) : NextResponse.next(init)
  response.headers.set('content-security-policy', policy)
  return response
}

export const config = {
  // without the API, because Next would keep a copy of each body that passes here
  matcher: '/((?!api/|metrics|_next/|icon.svg).*)',
}

/**
 * Returns the content security policy. Style attributes are allowed, because bars and charts set their lengths in them.
 * Style elements, which could read a page by selectors, need the nonce.
 * @param simulator address of the simulator's control; undefined = real Azure; null = the page may not send any request
 */
function contentSecurityPolicy(nonce: string, simulator: string | null | undefined): string {
  const development = process.env.NODE_ENV === 'development'
  const elsewhere = simulator && URL.canParse(simulator) ? ` ${new URL(simulator).origin}` : ''
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src ${simulator === null ? (development ? '' : "'none'") : `'self'${elsewhere}`}${development ? ' ws: http://127.0.0.1:*' : ''}`,
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
