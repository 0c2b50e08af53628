import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Derives the key for signing cookies from SECRETS_KEY. Nobody can decrypt secrets with the derived key. */
export const deriveCookieKey = (secretsKey: string): string =>
  Buffer.from(hkdfSync('sha256', secretsKey, '', 'peerwatch sign-in', 32)).toString('base64url')

const COOKIE_PREFIX = 'peerwatch'
/**
 * Returns the prefix of the names of all cookies for access control. With https it begins with `__Host-`. Browsers
 * accept such a cookie only from the host itself, so that no other host in the same domain can set it.
 * @source RFC 6265bis 4.1.3.2
 */
export const getCookiePrefix = (isHttps: boolean) => `${isHttps ? '__Host-' : ''}${COOKIE_PREFIX}`
export const getSessionCookieName = (isHttps: boolean) => `${getCookiePrefix(isHttps)}.session_token`
export const getWallCookieName = (isHttps: boolean) => `${getCookiePrefix(isHttps)}.wall`

/**
 * Returns the token in the cookie of a wall display; null if the request has no such cookie. With https, versions up to
 * 0.3.0 used another cookie name, which is read too, because wall displays may still have the old cookie.
 */
export const readWallToken = (header: string | undefined, isHttps: boolean): string | null =>
  readCookie(header, getWallCookieName(isHttps)) ??
  (isHttps ? readCookie(header, `__Secure-${COOKIE_PREFIX}.wall`) : null)

/**
 * Returns the decoded value of a cookie; null if it is missing or cannot be decoded. If the header contains several
 * cookies with this name, the first is used.
 */
export function readCookie(header: string | undefined, name: string): string | null {
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
 * Returns the token in a cookie that the library better-auth signed. The cookie consists of the token, a dot, and the
 * HMAC of the token as base64.
 * @returns null if the signature is wrong
 */
export function verifySignedCookie(cookie: string, key: string): string | null {
  const dot = cookie.lastIndexOf('.')
  if (dot < 1) return null
  const token = cookie.slice(0, dot)
  const given = Buffer.from(cookie.slice(dot + 1), 'base64')
  const expected = createHmac('sha256', key).update(token).digest()
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null
}
