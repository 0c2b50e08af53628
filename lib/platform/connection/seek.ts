import type pg from 'pg'
import type { SessionTarget } from '../environment/database-address.ts'
import type { ConnectionSettings } from './settings.ts'

/** No host has what is wanted; `errors` has each host's own reason, in the order in which they were tried. */
export class NoHostError extends AggregateError {
  override name = 'NoHostError'
}

/** A server that answers, and is not what `target_session_attrs` asks for. Its code is that of a write on a standby. */
class OtherServer extends Error {
  readonly code = '25006'
}

/** For targets that one host meets, the host that met it last: it is asked first, so that a dead one delays no later connection. */
const lastMet = new Map<string, string>()
const ONE_HOST: readonly SessionTarget[] = ['read-write', 'primary']

/** A host gets no less than this of the time that a caller waits. */
const MIN_SHARE_MS = 500

/**
 * Connects to the first host that is what `target_session_attrs` asks for, by libpq's documented rules: hosts in their order, or in
 * random order with `load_balance_hosts`; the next one where a host can't be reached, is starting or stopping, or is of another kind;
 * no other where a server refuses whoever asks. Unlike libpq, hosts share the time for connecting, because callers wait for no longer.
 * @param clientOf a client of one host, which has `shareMs` for connecting
 * @throws NoHostError, or the server's own error where it refuses
 * @source https://www.postgresql.org/docs/current/libpq-connect.html (34.1.1.3, target_session_attrs)
 */
export async function seekHost(
  settings: ConnectionSettings,
  clientOf: (host: string, shareMs: number) => pg.Client,
): Promise<pg.Client> {
  const { hosts, target, random } = settings.address
  const key = `${target} ${hosts.join(' ')}`
  const order = random ? shuffled(hosts) : lastMetFirst(hosts, lastMet.get(key))
  const share = Math.max(MIN_SHARE_MS, Math.floor(settings.connectionTimeoutMillis / order.length))
  const reasons: Error[] = []
  // any mode, if none of the hosts is a standby
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
  throw new NoHostError(reasons, `no host of the database is ${formatSeconds(target)} (${words.join('; ')})`)
}

/** Ends the connection where the server is of another kind. */
async function connectAs(client: pg.Client, wanted: Exclude<SessionTarget, 'prefer-standby'>): Promise<void> {
  // an error between connecting and the caller's own listener must not end the process
  const ignore = () => {}
  client.on('error', ignore)
  await client.connect()
  if (wanted !== 'any') {
    try {
      // asked, although servers announce it: behind a pooler what was announced is that of an earlier connection
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

/** Class 28 and whatever else a server answers by itself; 57P0x: it starts, stops or hands over, and another may be ready. */
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

/** @param url of one host, whose name is no secret, unlike the rest */
function nameOf(url: string): string {
  const address = URL.parse(url)
  const host = address?.searchParams.get('host') ?? address?.hostname
  return `${host}:${address?.searchParams.get('port') ?? (address?.port || 5432)}`
}

const wordsOf = (reason: Error & { code?: string }): string => reason.message || reason.code || reason.name

const WORDS: Record<SessionTarget, string> = {
  any: 'reachable',
  'read-write': 'reachable and takes writes',
  'read-only': 'reachable and read-only',
  primary: 'reachable and the primary',
  standby: 'reachable and a standby',
  'prefer-standby': 'reachable',
}
const formatSeconds = (target: SessionTarget) => WORDS[target]
