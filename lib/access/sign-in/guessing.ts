import { isIPv4, isIPv6 } from 'node:net'
import { cookieOf, cookiePrefix, signedValue } from '../caller/cookies.ts'
import { hashOf } from '../tokens/token-text.ts'
import type { Counter } from '../store/sign-in-attempts.ts'

/**
 * Failed attempts that are answered in a window.
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

/** A browser in which somebody signed in before is counted by itself: strangers can't close an account to it. */
export const knownCookieName = (isHttps: boolean) => `${cookiePrefix(isHttps)}.known`
/** Browsers keep that cookie for so long after the last sign-in, in seconds. */
export const KNOWN_SECONDS = 400 * 24 * 3_600

/** What the cookie of a known browser holds. @param random parts browsers of one account */
export const knownValue = (email: string, random: string): string => `${accountHash(email)}.${random}`

/** The counters of an attempt to sign in. */
export function signInCounters(given: {
  email: string
  /** as the front knows it */
  address: string
  /** whether all requests have this address, because a configured proxy is not trusted to name the client */
  isShared: boolean
  /** `Cookie` as it was sent */
  cookie: string | undefined
  cookieKey: string
  isHttps: boolean
}): Counter[] {
  const { email, address, isShared, cookie, cookieKey, isHttps } = given
  const known = signedValue(cookieOf(cookie, knownCookieName(isHttps)) ?? '', cookieKey)
  if (known?.startsWith(`${accountHash(email)}.`)) return [{ key: `browser:${hashOf(known)}`, limit: LIMITS.browser }]
  // one of 65,536, whether there is such an account or not, so that made-up addresses make no endless rows
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

/** The counter of attempts to change a password, which takes the former one: whoever sits at an open session must not guess it. */
export const changeCounters = (userId: string): Counter[] => [{ key: `change:${userId}`, limit: LIMITS.change }]

/** The counter of a code of an authenticator app, which is taken once: whoever saw it typed has it for a minute. @source RFC 6238 5.2 */
export const codeCounters = (userId: string, code: string): Counter[] => [
  { key: `code:${hashOf(`${userId} ${code}`)}`, limit: LIMITS.code },
]

/** Returns the counters of a sign-in by passkey or OpenID Connect that begins. It cannot be guessed, but each begun sign-in is a row for minutes. */
export const begunCounters = (kind: 'passkey' | 'provider', address: string, isShared: boolean): Counter[] => [
  networkCounter(kind, address, isShared),
]

/** What one customer of a network has: an IPv4 address, or 64 bits of an IPv6 one. @source RFC 6177: a site has a /64 at the least */
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

const accountHash = (email: string): string => hashOf(email.trim().toLowerCase())
