/** A page of another site asks for a change; the message says what is wrong. */
export class ForeignOriginError extends Error {
  override name = 'ForeignOriginError'
}

/**
 * Refuses a change that a page of another site requests in the name of its visitor. Browsers say where a request comes
 * from (`Sec-Fetch-Site`, or `Origin` where the connection is not trusted); scripts and tools say nothing, and may pass.
 * @throws ForeignOriginError
 */
export function requireOwnOrigin(request: Request): void {
  const site = request.headers.get('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return
  const origin = request.headers.get('origin')
  if (site === null && (origin === null || isOwn(origin, request))) return
  throw new ForeignOriginError(
    `A page of another site (${origin ?? site}) asked for this. Peerwatch takes changes from its own pages and from tools only.`,
  )
}

/** A proxy in front may give the request another host, and forwards the browser's own. */
function isOwn(origin: string, request: Request): boolean {
  if (!URL.canParse(origin)) return false
  const { host } = new URL(origin)
  return [request.headers.get('x-forwarded-host'), request.headers.get('host'), new URL(request.url).host].includes(
    host,
  )
}
