import { type NextRequest, NextResponse } from 'next/server'

/** Sets the content security policy of a page: scripts run only with this request's nonce. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.randomUUID()).toString('base64')
  const policy = contentSecurityPolicy(nonce, process.env.PEERWATCH_SIMULATOR_CONTROL_URL)
  const headers = new Headers(request.headers)
  // Next reads the nonce for its own scripts from the request's policy
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}

export const config = {
  matcher: [
    { source: '/((?!api/|metrics|_next/|icon.svg).*)', missing: [{ type: 'header', key: 'next-router-prefetch' }] },
  ],
}

/** `style-src` must allow inline styles: bars and charts set their lengths in style attributes. */
function contentSecurityPolicy(nonce: string, simulator: string | undefined): string {
  const development = process.env.NODE_ENV === 'development'
  const elsewhere = simulator && URL.canParse(simulator) ? ` ${new URL(simulator).origin}` : ''
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${elsewhere}${development ? ' ws: http://127.0.0.1:*' : ''}`,
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
