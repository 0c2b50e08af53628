import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** The key that signs cookies: of SECRETS_KEY, and of no use for what else that key seals. */
export const cookieKeyOf = (secretsKey: string): string =>
  Buffer.from(hkdfSync('sha256', secretsKey, '', 'peerwatch sign-in', 32)).toString('base64url')

const COOKIE_PREFIX = 'peerwatch'
/**
 * Returns the begin of the names of cookies. Behind https browsers then accept them from this host only, so that another host of the domain cannot set
 * them. @source RFC 6265bis 4.1.3.2
 */
export const cookiePrefix = (isHttps: boolean) => `${isHttps ? '__Host-' : ''}${COOKIE_PREFIX}`
export const sessionCookieName = (isHttps: boolean) => `${cookiePrefix(isHttps)}.session_token`
export const wallCookieName = (isHttps: boolean) => `${cookiePrefix(isHttps)}.wall`

/** Returns the token in the cookie of a wall; null if there is none. Versions until 0.3.0 set the cookie with another prefix, and walls keep it. */
export const wallTokenOf = (header: string | undefined, isHttps: boolean): string | null =>
  cookieOf(header, wallCookieName(isHttps)) ?? (isHttps ? cookieOf(header, `__Secure-${COOKIE_PREFIX}.wall`) : null)

/** The value of a cookie; null = not sent. Of several of one name the first counts. */
export function cookieOf(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const separator = part.indexOf('=')
    if (separator < 0 || part.slice(0, separator).trim() !== name) continue
    try {
      return decodeURIComponent(part.slice(separator + 1).trim())
    } catch {
      return null
    }
  }
  return null
}

/**
 * The token in a cookie as better-auth signs it: the token, a dot, and the base64 of its HMAC.
 * @returns null if the signature is another
 */
export function signedValue(cookie: string, key: string): string | null {
  const dot = cookie.lastIndexOf('.')
  if (dot < 1) return null
  const token = cookie.slice(0, dot)
  const given = Buffer.from(cookie.slice(dot + 1), 'base64')
  const expected = createHmac('sha256', key).update(token).digest()
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null
}
