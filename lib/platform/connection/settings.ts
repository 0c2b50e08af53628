import type pg from 'pg'
import { type DatabaseAddress, parseDatabaseAddress } from '../environment/database-address.ts'

/**
 * Settings of TCP keepalive: SILENT_MS is for this process, SERVER_KEEPALIVE for the server. Postgres notices a client
 * that vanished after 10 s of silence and three probes 5 s apart, or after 20 s without an acknowledgement. It then
 * ends the session, which releases its locks. With the defaults of the operating system this would take hours. Node.js
 * sends ten probes, one second apart.
 */
const SILENT_MS = 10_000
const SERVER_KEEPALIVE =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=20000'

/**
 * Time zone of all sessions. It must be UTC, because Prisma's adapter reads and writes times without a zone and assumes
 * UTC.
 */
const ZONE = '-c TimeZone=UTC'

export type ConnectionSettings = pg.ClientConfig & {
  connectionString: string
  connectionTimeoutMillis: number
  /** hosts of the database, and the condition that selects one of them */
  address: DatabaseAddress
  /**
   * time in milliseconds without data from the server while a statement runs, after which the client checks whether the
   * server can be reached; default 10 s
   */
  silentMs?: number
}

/**
 * Returns the settings that all database connections of Peerwatch use: TCP keepalive on both sides, the time zone UTC
 * and a time limit for connecting. Postgres ignores TCP settings on Unix sockets and on systems that do not support
 * them. `options` in the URL override the keepalive settings, but not the time zone.
 */
export function buildConnectionSettings(url: string, applicationName: string): ConnectionSettings {
  const address = parseDatabaseAddress(url)
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

/**
 * Returns the settings for a connection to a single host.
 * @param host address of the host, from {@link DatabaseAddress}
 * @param limitMs time limit for connecting, in milliseconds
 */
export function buildHostSettings(settings: ConnectionSettings, host: string, limitMs: number): ConnectionSettings {
  const address = { ...settings.address, hosts: [host], target: 'any' as const }
  return { ...settings, ...ofHost(host, address), address, connectionTimeoutMillis: limitMs }
}

/**
 * Returns the connection settings that depend on the host. `options` in the URL and those of Peerwatch are joined,
 * because pg would use only the options in the URL. For a pooler, the options of Peerwatch are left out, because a
 * pooler shares its server sessions between clients and refuses such options.
 */
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
