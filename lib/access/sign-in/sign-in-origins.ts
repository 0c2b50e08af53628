/**
 * Returns the origins at which users can sign in. It is usually one, because cookies and the response of an OpenID
 * Connect provider belong to one origin. If the address is a loopback address, the other loopback names are added,
 * because some users type localhost and others 127.0.0.1.
 * @param address PUBLIC_URL, or the address at which the web server listens
 * @returns the preferred origin first
 */
export function parseSignInOrigins(address: string): [string, ...string[]] {
  const { origin, protocol, hostname, port } = new URL(address)
  const loopback = ['localhost', '127.0.0.1', '[::1]']
  const others = loopback.includes(hostname) ? loopback.filter((name) => name !== hostname) : []
  return [origin, ...others.map((name) => `${protocol}//${name}${port && `:${port}`}`)]
}

/**
 * Returns the error message if the sign-in page was opened at an origin where users cannot sign in. Returns null at the
 * right origin, and if the request is not from a page in a browser.
 */
export function findSignInOriginFault(
  [first, ...others]: readonly [string, ...string[]],
  asked: string | null,
): string | null {
  if (asked === null || asked === first || others.includes(asked)) return null
  return `People sign in at ${first}, and not at ${asked}: open ${first}/sign-in. PUBLIC_URL is the address that people use.`
}
