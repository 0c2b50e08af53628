import { createDatabaseClient } from '#lib/platform/connection/index.ts'

/** Properties of a database, read without changing it. */
export interface DatabaseProperties {
  /** version of the server, for example `18.4` */
  version: string
  major: number
  role: string
  isSuperuser: boolean
  /** true = the server is a replica, or the session is read-only */
  isReadOnly: boolean
  /** true = the role may write the tables of polls; null = the tables do not exist yet */
  mayWrite: boolean | null
  sizeBytes: number
  database: string
  /**
   * version of the database's collation (sort order of texts): `recorded` is the version when the database was created
   * or its collation was refreshed, and `current` is the version in the operating system; null = the collation has no
   * version
   */
  collation: { recorded: string | null; current: string | null }
  /**
   * reading of the database's clock (`now`), and this machine's clock before (`sentAt`) and after it (`receivedAt`), in
   * epoch milliseconds
   */
  sentAt: number
  now: number
  receivedAt: number
}

/**
 * Reads properties of a database without changing it.
 * @throws the error of the connection or the server
 */
export async function readDatabaseProperties(url: string): Promise<DatabaseProperties> {
  const client = createDatabaseClient(url, 'peerwatch-setup', { query_timeout: 10_000 })
  await client.connect()
  try {
    const { rows } = await client.query(
      `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS major,
              current_user AS role, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS "isSuperuser",
              pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS "isReadOnly",
              CASE WHEN to_regclass('poll_state') IS NULL THEN NULL
                   ELSE has_table_privilege('poll_state', 'INSERT, UPDATE') AND has_table_privilege('event', 'INSERT') END AS "mayWrite",
              pg_database_size(current_database())::float8 AS "sizeBytes", current_database() AS database,
              (SELECT json_build_object('recorded', datcollversion, 'current', pg_database_collation_actual_version(oid))
               FROM pg_database WHERE datname = current_database()) AS collation`,
    )
    const sentAt = Date.now()
    const clock = await client.query('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now')
    return { ...rows[0], sentAt, now: Math.floor(clock.rows[0].now), receivedAt: Date.now() }
  } finally {
    await client.end()
  }
}
