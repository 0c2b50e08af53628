import { isIPv4, isIPv6 } from 'node:net'
import { cookieOf, cookiePrefix, signedValue } from '../caller/cookies.ts'
import { hashSecret } from '../tokens/token-text.ts'
import type { Counter } from '../store/sign-in-attempts.ts'

/**
 * Maximum number of failed attempts in a window, by kind of counter. Further attempts are refused until the window
 * ends.
 * @source NIST SP 800-63B 5.2.2: no more than 100 consecutive failed attempts on an account
 */
const LIMITS = {
  network: 30,
  sharedNetwork: 300,
  accountFromNetwork: 10,
  account: 100,
  browser: 10,
  change: 10,
  code: 1,
}

/**
 * Name of the cookie that marks a browser in which a user signed in before. Such a browser has a separate counter, so
 * that strangers cannot lock its user out.
 */
export const knownCookieName = (isHttps: boolean) => `${cookiePrefix(isHttps)}.known`
/** Validity of the cookie of a known browser after the last sign-in, in seconds. */
export const KNOWN_SECONDS = 400 * 24 * 3_600

/**
 * Returns the value of the cookie that marks a known browser.
 * @param random distinguishes browsers of the same account
 */
export const knownBrowserValue = (email: string, random: string): string => `${accountHash(email)}.${random}`

/** Returns the counters of failed attempts that an attempt to sign in with a password increases. */
export function signInCounters(given: {
  email: string
  /** client address as determined by the front server */
  address: string
  /** true = all requests have this address, because a proxy is configured that is not trusted to name the client */
  isShared: boolean
  /** the `Cookie` header as it was sent */
  cookie: string | undefined
  cookieKey: string
  isHttps: boolean
}): Counter[] {
  const { email, address, isShared, cookie, cookieKey, isHttps } = given
  const known = signedValue(cookieOf(cookie, knownCookieName(isHttps)) ?? '', cookieKey)
  if (known?.startsWith(`${accountHash(email)}.`))
    return [{ key: `browser:${hashSecret(known)}`, limit: LIMITS.browser }]
  // Accounts are counted in 65,536 groups by their hash, whether they exist or not, so that invented e-mail addresses
  // cannot create an unlimited number of rows.
  const account = accountHash(email).slice(0, 4)
  const everywhere = { key: `account:${account}`, limit: LIMITS.account }
  const network = networkCounter('network', address, isShared)
  if (isShared) return [network, everywhere]
  const fromNetwork = { key: `account:${account}:${networkOf(address)}`, limit: LIMITS.accountFromNetwork }
  return [network, fromNetwork, everywhere]
}

const networkCounter = (kind: string, address: string, isShared: boolean): Counter => ({
  key: `${kind}:${networkOf(address)}`,
  limit: isShared ? LIMITS.sharedNetwork : LIMITS.network,
})

/**
 * Returns the counter for requests of a signed-in user that require the current password or a code, so that a stranger
 * at an open session cannot guess it.
 */
export const changeCounters = (userId: string): Counter[] => [{ key: `change:${userId}`, limit: LIMITS.change }]

/**
 * Returns the counter that lets a code of an authenticator app be used only once. Otherwise a person who saw the code
 * could use it for another minute.
 * @source RFC 6238 5.2
 */
export const codeCounters = (userId: string, code: string): Counter[] => [
  { key: `code:${hashSecret(`${userId} ${code}`)}`, limit: LIMITS.code },
]

/**
 * Returns the counter of started sign-ins by passkey or OpenID Connect. These cannot be guessed, but each start stores
 * a row for some minutes, so their number is limited.
 */
export const startedSignInCounters = (kind: 'passkey' | 'provider', address: string, isShared: boolean): Counter[] => [
  networkCounter(kind, address, isShared),
]

/**
 * Returns the network that one customer of a provider usually has: an IPv4 address, or an IPv6 /64; `unknown` for other
 * texts.
 * @source RFC 6177: a site has a /64 at the least
 */
export function networkOf(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*/s, '')
  if (isIPv4(bare)) return bare
  if (!isIPv6(bare)) return 'unknown'
  const [head = '', tail] = bare.split('::')
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')]
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  const groups = tail === undefined ? before : [...before, ...zeros, ...after]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

const groupsOf = (part: string): string[] => part.split(':').filter((group) => group !== '')

const accountHash = (email: string): string => hashSecret(email.trim().toLowerCase())
