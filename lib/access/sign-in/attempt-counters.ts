import { isIPv4, isIPv6 } from 'node:net'
import { readCookie, getCookiePrefix, verifySignedCookie } from '../caller/cookies.ts'
import { hashSecret } from '../tokens/token-text.ts'
import type { SignInAttemptCounter } from '../store/sign-in-attempts.ts'

/**
 * Maximum number of failed attempts in a time window, by kind of counter. Above it, all further attempts are refused
 * until the window ends. `code` is 1, because a code may be used only once.
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
 * Name of the cookie that is set in a browser when a user signs in with a local account. Such a browser has its own
 * counter of failed attempts. So the user can still sign in when strangers have used up the attempts for the account.
 */
export const getKnownBrowserCookieName = (isHttps: boolean) => `${getCookiePrefix(isHttps)}.known`
/** Number of seconds for which a browser is recognized after the last sign-in. */
export const KNOWN_BROWSER_SECONDS = 400 * 24 * 3_600

/**
 * Returns the value of the cookie by which a browser is recognized.
 * @param random makes the values of several browsers of one user different
 */
export const makeKnownBrowserValue = (email: string, random: string): string => `${accountHash(email)}.${random}`

/** Returns the counters that count a sign-in with a password if it fails. */
export function buildSignInCounters(given: {
  email: string
  /** address of the client, as determined by the front server */
  address: string
  /** true = there is a proxy that the settings do not trust, so that all clients seem to have this address */
  isShared: boolean
  /** the `Cookie` header of the request */
  cookie: string | undefined
  cookieKey: string
  isHttps: boolean
}): SignInAttemptCounter[] {
  const { email, address, isShared, cookie, cookieKey, isHttps } = given
  const known = verifySignedCookie(readCookie(cookie, getKnownBrowserCookieName(isHttps)) ?? '', cookieKey)
  if (known?.startsWith(`${accountHash(email)}.`))
    return [{ key: `browser:${hashSecret(known)}`, limit: LIMITS.browser }]
  // The counters are not per account, but for groups of accounts: the hash of the e-mail address determines one of
  // 65,536 groups. So a client that invents e-mail addresses cannot create an unlimited number of rows.
  const account = accountHash(email).slice(0, 4)
  const everywhere = { key: `account:${account}`, limit: LIMITS.account }
  const network = networkCounter('network', address, isShared)
  if (isShared) return [network, everywhere]
  const fromNetwork = { key: `account:${account}:${getClientNetwork(address)}`, limit: LIMITS.accountFromNetwork }
  return [network, fromNetwork, everywhere]
}

const networkCounter = (kind: string, address: string, isShared: boolean): SignInAttemptCounter => ({
  key: `${kind}:${getClientNetwork(address)}`,
  limit: isShared ? LIMITS.sharedNetwork : LIMITS.network,
})

/**
 * Returns the counter for requests in which a signed-in user must give the current password or a code. It limits how
 * often a stranger can guess at a computer where the user is signed in.
 */
export const buildReauthCounters = (userId: string): SignInAttemptCounter[] => [
  { key: `change:${userId}`, limit: LIMITS.change },
]

/**
 * Returns the counter by which each code of an authenticator app can be used only once. Without it, somebody who saw
 * the user enter the code could use it for another minute.
 * @source RFC 6238 5.2
 */
export const buildCodeReuseCounters = (userId: string, code: string): SignInAttemptCounter[] => [
  { key: `code:${hashSecret(`${userId} ${code}`)}`, limit: LIMITS.code },
]

/**
 * Returns the counter for sign-ins that were started with a passkey or OpenID Connect. They cannot succeed by guessing.
 * They are limited because each one creates a row that is stored for some minutes.
 */
export const buildStartedSignInCounters = (
  kind: 'passkey' | 'provider',
  address: string,
  isShared: boolean,
): SignInAttemptCounter[] => [networkCounter(kind, address, isShared)]

/**
 * Returns the network that usually belongs to one customer of an internet provider: the IPv4 address itself, or the /64
 * of an IPv6 address. Returns `unknown` if the text is not an IP address.
 * @source RFC 6177: a site has at least a /64
 */
export function getClientNetwork(address: string): string {
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
