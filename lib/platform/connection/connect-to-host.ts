import type pg from 'pg'
import type { TargetSessionAttribute } from '../environment/database-address.ts'
import type { ConnectionSettings } from './settings.ts'

/**
 * Error that no host can be used. `errors` contains the reason for each host, in the order in which the hosts were
 * tried.
 */
export class NoHostError extends AggregateError {
  override name = 'NoHostError'
}

/**
 * Error for a server that answers, but that `target_session_attrs` does not permit. It has the SQLSTATE code of a write
 * to a read-only server, so that callers handle both in the same way.
 */
class OtherServer extends Error {
  readonly code = '25006'
}

/**
 * Host that was used last, by `target_session_attrs` and host list. It is stored only if at most one host can match
 * (for example the primary). It is tried first, so that an unreachable host does not delay every connection.
 */
const lastMet = new Map<string, string>()
const ONE_HOST: readonly TargetSessionAttribute[] = ['read-write', 'primary']

/** Minimum time in milliseconds for an attempt to connect to one host. */
const MIN_SHARE_MS = 500

/**
 * Connects to the first host that `target_session_attrs` permits, by the rules of libpq. The hosts are tried in their
 * order, or in random order with `load_balance_hosts`. The next host is tried if a host is unreachable, starts or
 * stops, or is not permitted. If a server refuses the client, no further host is tried. The hosts share the time limit
 * for connecting; in libpq, each host has the whole limit.
 * @param clientOf returns a client for one host, with `shareMs` milliseconds for connecting
 * @throws NoHostError, or the server's own error if it refuses the client
 * @source https://www.postgresql.org/docs/current/libpq-connect.html (34.1.1.3, target_session_attrs)
 */
export async function connectToMatchingHost(
  settings: ConnectionSettings,
  clientOf: (host: string, shareMs: number) => pg.Client,
): Promise<pg.Client> {
  const { hosts, target, random } = settings.address
  const key = `${target} ${hosts.join(' ')}`
  const order = random ? shuffled(hosts) : lastMetFirst(hosts, lastMet.get(key))
  const share = Math.max(MIN_SHARE_MS, Math.floor(settings.connectionTimeoutMillis / order.length))
  const reasons: Error[] = []
  // `prefer-standby` accepts any host if no standby can be reached
  for (const wanted of target === 'prefer-standby' ? (['standby', 'any'] as const) : [target]) {
    reasons.length = 0
    for (const host of order) {
      const client = clientOf(host, share)
      try {
        await connectAs(client, wanted)
        if (ONE_HOST.includes(target)) lastMet.set(key, host)
        return client
      } catch (error) {
        if (isRefusal(error)) throw error
        reasons.push(error as Error)
      }
    }
  }
  const words = reasons.map((reason, index) => `${nameOf(order[index] ?? '')}: ${wordsOf(reason)}`)
  throw new NoHostError(reasons, `no host of the database is ${formatSessionTarget(target)} (${words.join('; ')})`)
}

/**
 * Connects to one host. If the server does not have the wanted role, it closes the connection and throws OtherServer.
 */
async function connectAs(client: pg.Client, wanted: Exclude<TargetSessionAttribute, 'prefer-standby'>): Promise<void> {
  // without a listener, an error that occurs before the caller adds its own listener would end the process
  const ignore = () => {}
  client.on('error', ignore)
  await client.connect()
  if (wanted !== 'any') {
    try {
      // the server also announces whether it is a standby and whether it is read-only when the session opens. Both
      // values are queried anyway, because a pooler repeats the values that the server announced for an earlier
      // connection
      const { rows } = await client.query<{ standby: boolean; readOnly: boolean }>(
        `SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'on' AS "readOnly"`,
      )
      const found = rows[0] ?? { standby: true, readOnly: true }
      const isMet = { 'read-write': !found.readOnly, 'read-only': found.readOnly, primary: !found.standby }
      if (!(wanted === 'standby' ? found.standby : isMet[wanted])) {
        throw new OtherServer(found.standby ? 'is a standby' : found.readOnly ? 'is read-only' : 'is a primary')
      }
    } catch (error) {
      void client.end().catch(ignore)
      throw error
    }
  }
  client.removeListener('error', ignore)
}

/**
 * Reports whether an error means that the server refuses the client, for example because the password is wrong
 * (SQLSTATE class 28). Codes 57P0x do not count, because they mean that the server is starting or stopping, and another
 * host may be ready.
 */
function isRefusal(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return (
    !(error instanceof OtherServer) && typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(57P0|E)/.test(code)
  )
}

function lastMetFirst(hosts: readonly string[], last: string | undefined): string[] {
  return last === undefined ? [...hosts] : [last, ...hosts.filter((host) => host !== last)]
}

function shuffled(hosts: readonly string[]): string[] {
  return hosts
    .map((host) => ({ host, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ host }) => host)
}

/**
 * Returns the host and port of a database address for an error message, without credentials.
 * @param url address that contains one host
 */
function nameOf(url: string): string {
  const address = URL.parse(url)
  const host = address?.searchParams.get('host') ?? address?.hostname
  return `${host}:${address?.searchParams.get('port') ?? (address?.port || 5432)}`
}

const wordsOf = (reason: Error & { code?: string }): string => reason.message || reason.code || reason.name

const WORDS: Record<TargetSessionAttribute, string> = {
  any: 'reachable',
  'read-write': 'reachable and takes writes',
  'read-only': 'reachable and read-only',
  primary: 'reachable and the primary',
  standby: 'reachable and a standby',
  'prefer-standby': 'reachable',
}
const formatSessionTarget = (target: TargetSessionAttribute) => WORDS[target]
