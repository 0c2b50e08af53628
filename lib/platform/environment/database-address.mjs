/**
 * PostgreSQL's connection URIs with several hosts, which URL can't read: `postgresql://user@db1:5432,db2:5433/peers?target_session_attrs=read-write`.
 * Without dependencies, because the environment is checked first of all.
 * @source https://www.postgresql.org/docs/current/libpq-connect.html (34.1.1.2 and 34.1.1.3)
 */

/** What a session must be, for a host to be taken; the words are libpq's. */
const SESSION_TARGETS = /** @type {const} */ ([
  'any',
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
])

/** Targets that a standby never meets. */
const WRITING = ['read-write', 'primary']

/** @typedef {typeof SESSION_TARGETS[number]} SessionTarget */

/** Parameters that say how to choose and to use a host; no server knows them. */
const OF_CHOICE = ['target_session_attrs', 'load_balance_hosts', 'pgbouncer']

/**
 * What a connection URI asks for.
 * @typedef {object} DatabaseAddress
 * @property {string[]} hosts an address for each host, in the order given, without the parameters below
 * @property {SessionTarget} target any = whatever answers first
 * @property {boolean} random whether hosts are tried in random order (load_balance_hosts)
 * @property {boolean} isPooled whether a pooler in transaction mode stands before the server (pgbouncer=true, as Prisma writes it)
 */

/**
 * @param {string} text
 * @returns {DatabaseAddress}
 * @throws {TypeError} if it is no address; {@link databaseAddressFault} names other faults
 */
export function readDatabaseAddress(text) {
  const urls = urlsOf(text)
  const of = (/** @type {string} */ name) => urls[0]?.searchParams.get(name) ?? null
  const target = SESSION_TARGETS.find((known) => known === of('target_session_attrs')) ?? 'any'
  const random = of('load_balance_hosts') === 'random'
  const isPooled = of('pgbouncer') === 'true'
  return { hosts: urls.map(withoutChoice), target, random, isPooled }
}

/**
 * What is wrong with the choice of hosts.
 * @param {string} text an address
 * @returns {string | null}
 */
export function databaseAddressFault(text) {
  const [{ searchParams }] = /** @type {[URL, ...URL[]]} */ (urlsOf(text))
  /** @type {[name: string, words: readonly string[]][]} */
  const known = [
    ['target_session_attrs', SESSION_TARGETS],
    ['load_balance_hosts', ['disable', 'random']],
    ['pgbouncer', ['true', 'false']],
  ]
  for (const [name, words] of known) {
    const given = searchParams.get(name)
    if (given !== null && !words.includes(given)) return `has ${name}=${given}, which is not one of ${words.join(', ')}`
  }
  return null
}

/**
 * Why nothing could be written where an address leads; null = it can.
 * @param {string} text an address without faults
 */
export function writingFault(text) {
  const { hosts, target } = readDatabaseAddress(text)
  if (WRITING.includes(target)) return null
  if (target !== 'any') return `target_session_attrs=${target} leads to a server that only reads: use read-write`
  return hosts.length > 1
    ? 'several hosts without target_session_attrs, so that a standby may be taken: add target_session_attrs=read-write'
    : null
}

/** @param {string} text an address */
export function databaseNameOf(text) {
  return decodeURIComponent(new URL(firstOf(text)).pathname.slice(1))
}

/** @param {string} text an address */
export function passwordOf(text) {
  const url = new URL(firstOf(text))
  return decodeURIComponent(url.password) || (url.searchParams.get('password') ?? '')
}

/**
 * The same servers, another database.
 * @param {string} text
 * @param {string} database
 */
export function withDatabase(text, database) {
  return edited(text, (url) => {
    url.pathname = `/${encodeURIComponent(database)}`
  })
}

/**
 * The same address with one parameter replaced.
 * @param {string} text
 * @param {string} name
 * @param {string} value
 */
export function withParameter(text, name, value) {
  return edited(text, (url) => url.searchParams.set(name, value))
}

/** @param {string} text */
function firstOf(text) {
  const [first] = urlsOf(text)
  return /** @type {URL} */ (first).href
}

/**
 * An address for each host.
 * @param {string} text
 * @returns {URL[]} at least one
 */
function urlsOf(text) {
  const { before, hosts, after } = split(text)
  return hosts.flatMap((host) => byParameters(new URL(before + host + after)))
}

/**
 * The part with the hosts ends before the first `/`, `?` or `#`, and begins behind its last `@`.
 * @param {string} text
 */
function split(text) {
  const [, scheme = '', authority = '', rest = ''] = /^([a-z]+:\/\/)([^/?#]*)(.*)$/is.exec(text) ?? []
  if (!authority.includes(',')) return { before: '', hosts: [text], after: '' }
  const from = authority.lastIndexOf('@') + 1
  const hosts = authority.slice(from).split(',')
  if (hosts.some((host) => host === '' || host.startsWith(':'))) throw new TypeError('an empty host')
  return { before: scheme + authority.slice(0, from), hosts, after: rest }
}

/**
 * Hosts may also be listed in parameters, as socket folders are: `?host=/run/a,/run/b&port=5432,5433`; one port is for all.
 * @param {URL} url
 */
function byParameters(url) {
  const hosts = url.searchParams.get('host')?.split(',') ?? []
  const ports = url.searchParams.get('port')?.split(',') ?? []
  if (hosts.length < 2) return [url]
  if (ports.length > 1 && ports.length !== hosts.length) throw new TypeError('not as many ports as hosts')
  return hosts.map((host, index) => {
    const own = new URL(url)
    own.searchParams.set('host', host)
    const port = ports.length > 1 ? ports[index] : ports[0]
    if (port) own.searchParams.set('port', port)
    return own
  })
}

/** @param {URL} url */
function withoutChoice(url) {
  if (OF_CHOICE.every((name) => !url.searchParams.has(name))) return url.href
  const own = new URL(url)
  for (const name of OF_CHOICE) own.searchParams.delete(name)
  return own.href
}

/**
 * @param {string} text
 * @param {(url: URL) => void} edit what is behind the hosts
 */
function edited(text, edit) {
  const { before, hosts, after } = split(text)
  const [first = ''] = hosts
  const url = new URL(before + first + after)
  edit(url)
  if (hosts.length === 1) return url.href
  const [, authority = '', rest = ''] = /^[a-z]+:\/\/([^/?#]*)(.*)$/is.exec(url.href) ?? []
  const user = authority.slice(0, authority.lastIndexOf('@') + 1)
  return `${url.protocol}//${user}${hosts.join(',')}${rest}`
}
