import { isIP } from 'node:net'
import { canonicalizeAddress } from '#lib/bgp/index.ts'
import { findDatabaseAddressFault, parseDatabaseAddress } from './database-address.ts'
import { formatDurationSetting, parseDuration } from './duration.ts'

/** Result of parsing a variable: its value, or a fault, which is a sentence that tells the user what to write. */
export type ParsedEnvironmentVariable<T> = { value: T } | { fault: string }

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * Returns an invalid value in the form in which messages show it: quoted, in one line, at most 80 characters, and with
 * a masked password.
 */
function shown(text: string) {
  const masked = maskPassword(text)
  return JSON.stringify(masked.length > 80 ? `${masked.slice(0, 77)}...` : masked)
}

/**
 * Parses a duration that must be within bounds.
 * @param bounds minimum and maximum in milliseconds, inclusive
 * @returns milliseconds
 */
export function readDuration(text: string, bounds: { min: number; max: number }): ParsedEnvironmentVariable<number> {
  const ms = parseDuration(text)
  if (ms === null) return { fault: `${shown(text)} is not a duration: write it like 500ms, 60s, 5m, 2h or 14d` }
  if (ms < bounds.min || ms > bounds.max) {
    return {
      fault: `${shown(text)} is out of range: use ${formatDurationSetting(bounds.min)} to ${formatDurationSetting(bounds.max)}`,
    }
  }
  return { value: ms }
}

export function readInteger(text: string, bounds: { min: number; max: number }): ParsedEnvironmentVariable<number> {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= bounds.min && number <= bounds.max)) {
    return { fault: `${shown(text)} is not a whole number from ${bounds.min} to ${bounds.max}` }
  }
  return { value: number }
}

export function readChoice<T extends string>(text: string, choices: readonly T[]): ParsedEnvironmentVariable<T> {
  const choice = choices.find((candidate) => candidate === text)
  return choice === undefined
    ? { fault: `${shown(text)} is unknown: use one of ${choices.join(', ')}` }
    : { value: choice }
}

export function readSubscriptionIds(text: string): ParsedEnvironmentVariable<string[] | 'all'> {
  if (text === '*') return { value: 'all' }
  const ids = text.split(',').map((id) => id.trim())
  const wrong = ids.find((id) => !GUID.test(id))
  if (wrong !== undefined) {
    return {
      fault: `${shown(wrong)} is not a subscription id: list ids like 00000000-0000-0000-0000-000000000000 separated by commas, or * for all`,
    }
  }
  return { value: [...new Set(ids.map((id) => id.toLowerCase()))] }
}

export function readGuid(text: string): ParsedEnvironmentVariable<string> {
  return GUID.test(text)
    ? { value: text }
    : { fault: `${shown(text)} is not an id like 00000000-0000-0000-0000-000000000000` }
}

export function readTenant(text: string): ParsedEnvironmentVariable<string> {
  return /^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/.test(text)
    ? { value: text }
    : { fault: `${shown(text)} is not a tenant: use its id or its domain name` }
}

export function parseListenHostVariable(text: string): ParsedEnvironmentVariable<string> {
  const host = text.replace(/^\[(.*)\]$/, '$1')
  if (isIP(host) !== 0 || /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(host)) return { value: host }
  return {
    fault: `${shown(text)} is not an address to listen on: use one like 127.0.0.1 (the port goes into PORT)`,
  }
}

/**
 * Parses the URL of an endpoint, and removes slashes at its end. Plain http is accepted only for this machine, because
 * tokens must not be sent unencrypted.
 * @param also linkLocal: also accept plain http to 169.254.0.0/16, where clouds offer identity endpoints; plain: accept
 *   plain http to any host; root: refuse a path; example: valid URL for the text of a fault
 */
export function readEndpoint(
  text: string,
  also: { linkLocal?: boolean; plain?: boolean; root?: boolean; example?: string } = {},
): ParsedEnvironmentVariable<string> {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return {
      fault: `${shown(text)} is not an address: write it like ${also.example ?? 'https://management.azure.com'}`,
    }
  }
  if (url.username !== '' || url.password !== '')
    return { fault: 'carries a user name or password: leave these out of the address' }
  if (url.search !== '' || url.hash !== '') return { fault: `${shown(text)} has a ? or # part: leave it out` }
  if (also.root && /[^/]/.test(url.pathname)) {
    const isName = !/^[\d.]+$|^\[/.test(url.hostname)
    const own = isName ? `${url.protocol}//peerwatch.${url.hostname.replace(/^www\./, '')}` : also.example
    return {
      fault: `${shown(text)} has the path ${url.pathname}, and pages are at the root of a host name only: give Peerwatch a name of its own, such as ${own}`,
    }
  }
  const plain = url.protocol === 'http:'
  if (url.protocol !== 'https:' && !plain) return { fault: `${shown(text)} is not an https address` }
  if (
    plain &&
    !also.plain &&
    !isLoopback(url.hostname) &&
    !(also.linkLocal && /^169\.254\.\d+\.\d+$/.test(url.hostname))
  ) {
    const where = also.linkLocal
      ? 'on this machine (127.0.0.1, localhost) and link-local (169.254.0.0/16)'
      : 'on this machine (127.0.0.1, localhost)'
    return { fault: `${shown(text)} is plain http to another machine: use https; http is accepted only ${where}` }
  }
  return { value: url.href.replace(/(?<!\/)\/+$/, '') }
}

/** Parses the name of a claim of an ID token, for example `roles`. */
export function parseTokenClaimNameVariable(text: string): ParsedEnvironmentVariable<string> {
  return /^[\w.:/-]{1,200}$/.test(text)
    ? { value: text }
    : { fault: `${shown(text)} is not the name of a claim: write one like roles` }
}

/**
 * Reports whether a host is a wildcard (0.0.0.0 or ::), so that a server listens on all addresses of the machine.
 * Clients cannot connect to a wildcard.
 * @param host value that {@link parseListenHostVariable} accepts
 */
export function isWildcardHost(host: string) {
  try {
    const { hostname } = new URL(`http://${isIP(host) === 6 ? `[${host}]` : host}`)
    return hostname === '0.0.0.0' || hostname === '[::]'
  } catch {
    return false
  }
}

/** Address at which the web server listens; `tls` null or absent = plain http. */
interface Listening {
  host: string
  port: number
  tls?: object | null
}

/** Returns the URL of a server that listens at an address, without a slash at its end. */
export function buildListeningUrl({ host, port, tls }: Listening) {
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/**
 * Returns the URL with which a process on the same machine connects to a server. Loopback replaces a wildcard address,
 * because clients cannot connect to a wildcard.
 */
export function buildLocalUrl({ host, ...listening }: Listening) {
  return buildListeningUrl({
    host: isWildcardHost(host) ? (isIP(host) === 6 ? '::1' : '127.0.0.1') : host,
    ...listening,
  })
}

/**
 * Returns the URL at which processes of this machine reach the web to prove that notifications are delivered. It is
 * PROOF_URL if set. Otherwise with TLS it is the public URL, whose name the certificate contains, and without TLS the
 * local address.
 */
export const buildAlertingProofUrl = ({
  alerting,
  publicUrl,
  ...own
}: Listening & { publicUrl: string | null; alerting: { proofUrl: string | null } }): string =>
  alerting.proofUrl ?? (own.tls && publicUrl) ?? buildLocalUrl(own)

/** Returns the URL at which users reach the web, without a trailing slash. */
export function getPublicAddress({ publicUrl, ...listening }: Listening & { publicUrl: string | null }) {
  return publicUrl ?? buildListeningUrl(listening)
}

/**
 * Reports whether a server that listens on this host can be reached only from this machine. Every name except
 * `localhost` counts as reachable from other machines.
 * @param host value that {@link parseListenHostVariable} accepts
 */
export function isLoopbackHost(host: string) {
  try {
    // `URL` rewrites other spellings of an address, for example 127.1 or 0:0:0:0:0:0:0:1, to the usual one
    const { hostname } = new URL(`http://${isIP(host) === 6 ? `[${host}]` : host}`)
    return isLoopback(hostname) || /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(hostname)
  } catch {
    return false
  }
}

/**
 * Reports whether a host name means this machine: localhost, or a loopback address.
 * @param hostname as URL returns it
 */
export function isLoopback(hostname: string) {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/**
 * Parses the URL of a server that may contain a user and a password.
 * @param expected schemes: permitted schemes; what: name of the server in faults; form: example of a URL
 * @param given complete value of the variable, if the URL is only a part of it
 * @returns the URL, or a fault; `bad` creates a fault about another part of the value
 */
function readServer(
  text: string,
  { schemes, what, form }: { schemes: readonly string[]; what: string; form: string },
  given: string = text,
): { url: URL; bad: (why: string) => { fault: string } } | { fault: string } {
  const bad = (why: string) => ({ fault: `${shown(given)} ${why}: write it like ${form}` })
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return bad('is not an address')
  }
  if (!schemes.includes(url.protocol)) return bad(`is not ${what}`)
  if (url.port === '0') return bad('has port 0')
  // the clients decode these parts. If they could not, they would fail only minutes later
  if (![url.username, url.password, url.pathname].every(isDecodable))
    return bad('holds a % that begins no percent escape (a % itself is %25)')
  return { url, bad }
}

function isDecodable(text: string) {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/**
 * Parses the URL of a mail server. With `smtps` the connection is encrypted from the start. With `smtp` it is encrypted
 * by STARTTLS, except to this machine.
 */
export function readSmtpUrl(text: string): ParsedEnvironmentVariable<string> {
  const form = 'smtp://user:password@mail.example.com:587 or smtps://mail.example.com'
  const read = readServer(text, { schemes: ['smtp:', 'smtps:'], what: 'a mail server', form })
  if ('fault' in read) return read
  const { url, bad } = read
  if (url.hostname === '') return bad('names no host')
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') return bad('has more than a host and a port')
  return { value: text }
}

/**
 * Parses the URL of an IMAP mailbox. With `imaps` the connection is encrypted from the start. With `imap` it is
 * encrypted by STARTTLS, except to this machine.
 */
export function readImapUrl(text: string): ParsedEnvironmentVariable<string> {
  const form = 'imaps://user:password@imap.example.com/INBOX'
  const read = readServer(text, { schemes: ['imap:', 'imaps:'], what: 'a mailbox', form })
  if ('fault' in read) return read
  const { url, bad } = read
  if (url.hostname === '') return bad('names no host')
  if (url.username === '' || url.password === '') return bad('names no user and password')
  return url.search === '' && url.hash === '' ? { value: text } : bad('has more than a host, a port and a folder')
}

/**
 * Parses a list of senders whose mail is trusted: mail addresses and domains, in lower case.
 * @param text comma-separated list
 */
export function readSenders(text: string): ParsedEnvironmentVariable<string[]> {
  const senders = text.split(',').map((one) => one.trim().toLowerCase())
  const wrong = senders.find((one) => !/^(?:[^@\s]+@)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(one))
  if (wrong === undefined) return { value: senders }
  return { fault: `${shown(wrong)} is no sender: list addresses and domains, such as noc@carrier.example, zayo.com` }
}

/** Parses the name by which a mail server identifies itself in the Authentication-Results headers that it writes. */
export function readAuthservId(text: string): ParsedEnvironmentVariable<string> {
  if (/^[a-z0-9][a-z0-9._-]*$/i.test(text)) return { value: text }
  return { fault: `${shown(text)} is not the name of a mail server: write it like mx.corp.example` }
}

/** Parses the sender of mail: a mail address, with or without a display name. */
export function parseMailFromVariable(text: string): ParsedEnvironmentVariable<string> {
  const address = /^(?:[^<>"@\r\n]*<([^<>\s]+)>|([^<>\s]+))$/.exec(text)
  const bare = address?.[1] ?? address?.[2] ?? ''
  if (/^[^@\s]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(bare)) return { value: text }
  return { fault: `${shown(text)} is not a sender: write it like Peerwatch <noc@example.com>` }
}

export function readApiVersion(text: string): ParsedEnvironmentVariable<string> {
  if (/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(text)) return { value: text }
  return { fault: `${shown(text)} is no version of Azure's API: write it like 2025-05-01` }
}

export function readSecretsKey(text: string): ParsedEnvironmentVariable<string> {
  if (text.length >= 32) return { value: text }
  return { fault: 'is too short for a key: use 32 characters or more, for example from openssl rand -base64 32' }
}

export function readDatabaseUrl(text: string): ParsedEnvironmentVariable<string> {
  const form = 'postgresql://user:password@host:5432/database'
  const expected = { schemes: ['postgresql:', 'postgres:'], what: 'a PostgreSQL address', form }
  const bad = (why: string) => ({ fault: `${shown(text)} ${why}: write it like ${form}` })
  let hosts: string[]
  try {
    hosts = parseDatabaseAddress(text).hosts
  } catch {
    return bad('is not an address')
  }
  for (const host of hosts) {
    const read = readServer(host, expected, text)
    if ('fault' in read) return read
    const { url } = read
    if (url.hostname === '' && !url.searchParams.get('host')) return bad('names no host')
    if (!/^\/[^/]+$/.test(url.pathname)) return bad('names no database')
  }
  const fault = findDatabaseAddressFault(text)
  return fault === null ? { value: text } : { fault: `${shown(text)} ${fault}` }
}

/**
 * Parses names of database roles.
 * @param text comma-separated list
 */
export function readRoles(text: string): ParsedEnvironmentVariable<string[]> {
  const names = text.split(',').map((name) => name.trim())
  const wrong = names.find((name) => !/^[^"'\\\0]{1,63}$/.test(name))
  return wrong === undefined ? { value: names } : { fault: `${shown(wrong)} is no name of a role: list names by comma` }
}

/** Masks the password in a URL. In any other text, it masks all parts that may be a password. */
export function maskPassword(text: string) {
  return text
    .replace(/(^|\/\/)([^:@/]*):(?!\/\/).*@/s, '$1$2:***@')
    .replace(/((?:password|passwd|pwd)\s*=\s*)(?:'[^']*'|"[^"]*"|[^\s&;]*)/gi, '$1***')
}

/**
 * Destination that notifications may be sent to although it is not public: a network, or a host (name or IP address in
 * lower case, IPv6 without brackets) with a port; null = all ports.
 */
export type OutboundEntry = { host: string; port: number | null } | { cidr: string }

/**
 * Parses the destinations in OUTBOUND_ALLOW.
 * @param text comma-separated list
 */
export function readOutboundAllow(text: string): ParsedEnvironmentVariable<OutboundEntry[]> {
  const entries: OutboundEntry[] = []
  for (const part of text.split(',').map((one) => one.trim())) {
    const entry = readOutboundEntry(part)
    if (entry === null) {
      return {
        fault: `${shown(part)} is not a destination: list hosts, host:port or blocks like hooks.corp.example:8443, 10.20.0.0/16, 127.0.0.1`,
      }
    }
    entries.push(entry)
  }
  return { value: entries }
}

function readOutboundEntry(text: string): OutboundEntry | null {
  const [, address = '', length = ''] = /^([0-9A-Fa-f.:]+)\/(\d{1,3})$/.exec(text) ?? []
  if (address !== '') {
    const family = isIP(address)
    return family !== 0 && Number(length) <= (family === 4 ? 32 : 128) ? { cidr: text } : null
  }
  if (isIP(text) === 6) return { host: text.toLowerCase(), port: null }
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = (bracketed ?? plain ?? '').toLowerCase().replace(/\.$/, '')
  const port = portText === undefined ? null : Number(portText)
  if (port !== null && (port < 1 || port > 65_535)) return null
  if (bracketed !== undefined) return isIP(host) === 6 ? { host, port } : null
  // a name of only digits and dots is not a valid host, but a mistyped address
  if (isIP(host) === 0 && (!/^[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9])?$/.test(host) || /^[\d.]+$/.test(host)))
    return null
  return { host, port }
}

/** Parses the address and port at which a process listens. */
export function parseListenAddressVariable(text: string): ParsedEnvironmentVariable<{ host: string; port: number }> {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? []
  const host = parseListenHostVariable(bracketed ?? plain ?? '')
  const port = Number(portText)
  if ('value' in host && (bracketed === undefined || isIP(bracketed) === 6) && port >= 1 && port <= 65_535)
    return { value: { host: host.value, port } }
  return { fault: `${shown(text)} is not an address with a port: use one like 10.20.254.5:11019, or [fd00::5]:11019` }
}

/**
 * Parses a comma-separated list of IP addresses and networks. A single address becomes a network with the full prefix
 * length (/32 or /128).
 */
export function parseIpNetworksVariable(
  text: string,
): ParsedEnvironmentVariable<{ address: string; length: number }[]> {
  const blocks: { address: string; length: number }[] = []
  for (const part of text.split(',').map((one) => one.trim())) {
    const [, address = '', lengthText] = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(part) ?? []
    const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
    const length = lengthText === undefined ? bits : Number(lengthText)
    if (bits < 0 || length > bits) {
      return { fault: `${shown(part)} is no address: list addresses or blocks like 10.20.0.1, 10.20.1.0/24, fd00::/64` }
    }
    blocks.push({ address, length })
  }
  return { value: blocks }
}

/**
 * Parses a comma-separated list of router addresses with their ASNs: `10.20.0.1=65010`. An address may occur several
 * times with different ASNs.
 */
export function readNeighbors(text: string): ParsedEnvironmentVariable<{ address: string; asn: number }[]> {
  const neighbors: { address: string; asn: number }[] = []
  for (const part of text.split(',').map((one) => one.trim())) {
    const [, stated = '', digits = ''] = /^([0-9A-Fa-f.:]+)\s*=\s*(\d{1,10})$/.exec(part) ?? []
    const [address, asn] = [canonicalizeAddress(stated), Number(digits)]
    if (address === null || asn < 1 || asn > 2 ** 32 - 1)
      return { fault: `${shown(part)} is not an address with an ASN: list them like 10.20.0.1=65010, fd00::1=65011` }
    neighbors.push({ address, asn })
  }
  return { value: neighbors }
}
