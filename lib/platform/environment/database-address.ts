/**
 * Parses connection URIs of PostgreSQL with several hosts, which `URL` cannot parse:
 * `postgresql://user@db1:5432,db2:5433/peers?target_session_attrs=read-write`. This file has no dependencies, because
 * the environment is checked before anything is installed.
 * @source https://www.postgresql.org/docs/current/libpq-connect.html (34.1.1.2 and 34.1.1.3)
 */

/** Values of `target_session_attrs`. It is the condition that a host must meet to be used. */
const SESSION_TARGETS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const

/** Values of `target_session_attrs` that only a server that accepts writes can meet. */
const WRITING = ['read-write', 'primary']

export type TargetSessionAttribute = (typeof SESSION_TARGETS)[number]

/**
 * Parameters of the address that concern only the choice of a host. They are removed from the address of each host,
 * because the server does not know them.
 */
const OF_CHOICE = ['target_session_attrs', 'load_balance_hosts', 'pgbouncer']

/** Result of parsing a connection URI: its hosts, and how one of them is chosen. */
export interface DatabaseAddress {
  /** address of each host in the given order, without the parameters for the choice of a host */
  hosts: string[]
  /** condition that a host must meet; any = the first host that answers is used */
  target: TargetSessionAttribute
  /** true = hosts are tried in random order (load_balance_hosts) */
  random: boolean
  /** true = the address leads to a pooler in transaction mode (pgbouncer=true, as in Prisma) */
  isPooled: boolean
}

/**
 * Parses a connection URI.
 * @throws {TypeError} if the text is not an address; {@link findDatabaseAddressFault} finds other faults
 */
export function parseDatabaseAddress(text: string): DatabaseAddress {
  const urls = urlsOf(text)
  const of = (name: string) => urls[0]?.searchParams.get(name) ?? null
  const target = SESSION_TARGETS.find((known) => known === of('target_session_attrs')) ?? 'any'
  const random = of('load_balance_hosts') === 'random'
  const isPooled = of('pgbouncer') === 'true'
  return { hosts: urls.map(withoutChoice), target, random, isPooled }
}

/**
 * Returns the fault in the parameters for the choice of a host; null if they are valid.
 * @param text connection URI
 */
export function findDatabaseAddressFault(text: string): string | null {
  const [{ searchParams }] = urlsOf(text) as [URL, ...URL[]]
  const known: [name: string, words: readonly string[]][] = [
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
 * Returns the reason why an address may lead to a server that refuses writes; null = no such reason is known.
 * @param text connection URI without faults
 */
export function findWriteFault(text: string) {
  const { hosts, target } = parseDatabaseAddress(text)
  if (WRITING.includes(target)) return null
  if (target !== 'any') return `target_session_attrs=${target} leads to a server that only reads: use read-write`
  return hosts.length > 1
    ? 'several hosts without target_session_attrs, so that a standby may be taken: add target_session_attrs=read-write'
    : null
}

/** Returns the name of the database in a connection URI. */
export function getDatabaseName(text: string) {
  return decodeURIComponent(new URL(firstOf(text)).pathname.slice(1))
}

/** Returns the password in a connection URI; empty if it has none. */
export function getUrlPassword(text: string) {
  const url = new URL(firstOf(text))
  return decodeURIComponent(url.password) || (url.searchParams.get('password') ?? '')
}

/** Returns the connection URI of another database on the same servers. */
export function replaceUrlDatabase(text: string, database: string) {
  return edited(text, (url) => {
    url.pathname = `/${encodeURIComponent(database)}`
  })
}

/** Returns the connection URI with one parameter set to a value. */
export function setUrlParameter(text: string, name: string, value: string) {
  return edited(text, (url) => url.searchParams.set(name, value))
}

function firstOf(text: string) {
  const [first] = urlsOf(text)
  return (first as URL).href
}

/** Returns one URL for each host of a connection URI; at least one. */
function urlsOf(text: string): URL[] {
  const { before, hosts, after } = split(text)
  return hosts.flatMap((host) => byParameters(new URL(before + host + after)))
}

/**
 * Splits a connection URI into the text before its hosts, the hosts, and the text after them. The hosts begin after the
 * last `@` and end before the first `/`, `?` or `#`.
 */
function split(text: string) {
  const [, scheme = '', authority = '', rest = ''] = /^([a-z]+:\/\/)([^/?#]*)(.*)/is.exec(text) ?? []
  if (!authority.includes(',')) return { before: '', hosts: [text], after: '' }
  const from = authority.lastIndexOf('@') + 1
  const hosts = authority.slice(from).split(',')
  if (hosts.some((host) => host === '' || host.startsWith(':'))) throw new TypeError('an empty host')
  return { before: scheme + authority.slice(0, from), hosts, after: rest }
}

/**
 * Returns one URL for each host that the parameter `host` names, as is usual for folders of Unix sockets:
 * `?host=/run/a,/run/b&port=5432,5433`. A single port applies to all hosts. A URL with fewer than two such hosts is
 * returned unchanged.
 */
function byParameters(url: URL) {
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

function withoutChoice(url: URL) {
  if (OF_CHOICE.every((name) => !url.searchParams.has(name))) return url.href
  const own = new URL(url)
  for (const name of OF_CHOICE) own.searchParams.delete(name)
  return own.href
}

/**
 * Returns a connection URI after a change. Its list of hosts, which `URL` could not contain, is preserved.
 * @param edit changes the other parts of the URI
 */
function edited(text: string, edit: (url: URL) => void) {
  const { before, hosts, after } = split(text)
  const [first = ''] = hosts
  const url = new URL(before + first + after)
  edit(url)
  if (hosts.length === 1) return url.href
  const [, authority = '', rest = ''] = /^[a-z]+:\/\/([^/?#]*)(.*)/is.exec(url.href) ?? []
  const user = authority.slice(0, authority.lastIndexOf('@') + 1)
  return `${url.protocol}//${user}${hosts.join(',')}${rest}`
}
