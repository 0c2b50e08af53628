import type pg from 'pg'
import { type DatabaseAddress, readDatabaseAddress } from '../environment/database-address.ts'

/**
 * How soon a vanished peer is noticed: after 10 s of silence, three probes 5 s apart, or 20 s without an acknowledgement
 * (25 s at most; the system's defaults are hours). Postgres then ends the session and with it every lock that it holds.
 * Node sends ten probes a second apart.
 */
const SILENT_MS = 10_000
const SERVER_KEEPALIVE =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=20000'

/** Prisma's adapter reads and writes times without their zone, as if every session's were this one. */
const ZONE = '-c TimeZone=UTC'

export type ConnectionSettings = pg.ClientConfig & {
  connectionString: string
  connectionTimeoutMillis: number
  /** which hosts there are, and which of them will do */
  address: DatabaseAddress
  /** how long a server may be silent before it is asked whether it is there; default 10 s */
  silentMs?: number
}

/**
 * What every connection of the product is made with, whoever opens it: TCP keepalive on both sides, UTC and a limit for connecting.
 * Postgres ignores settings of TCP where its system has none, and on Unix sockets; `options` of the URL win over them.
 */
export function connectionSettings(url: string, applicationName: string): ConnectionSettings {
  const address = readDatabaseAddress(url)
  const [first = url] = address.hosts
  return {
    ...ofHost(first, address),
    address,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: SILENT_MS,
  }
}

/** The same for one of the hosts alone. @param host its address, as {@link DatabaseAddress} has it; @param limitMs for connecting */
export function settingsOfHost(settings: ConnectionSettings, host: string, limitMs: number): ConnectionSettings {
  const address = { ...settings.address, hosts: [host], target: 'any' as const }
  return { ...settings, ...ofHost(host, address), address, connectionTimeoutMillis: limitMs }
}

/** pg takes the URL's options and nothing else, so they are joined with ours. A pooler refuses ours: its server sessions are shared. */
function ofHost(host: string, { isPooled }: DatabaseAddress): { connectionString: string; options?: string } {
  const address = URL.parse(host)
  const options = address?.searchParams.get('options') ?? ''
  if (isPooled) return { connectionString: host }
  if (options !== '') address?.searchParams.delete('options')
  return {
    connectionString: options === '' ? host : (address?.href ?? host),
    options: [SERVER_KEEPALIVE, options, ZONE].join(' '),
  }
}
