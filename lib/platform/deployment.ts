import { createDatabaseClient } from './connection/index.ts'

/** Origin of the data in a database: the simulated Azure of the demo, or a real Azure. The two must never be mixed. */
export type DeploymentKind = 'simulator' | 'azure'

const WORDS: Record<DeploymentKind, string> = { simulator: 'the simulated demo estate', azure: 'a real Azure estate' }

export class DeploymentError extends Error {
  override name = 'DeploymentError'
}

const KEY = 'estate'

/**
 * Records the origin of the data in a database. If an origin is already recorded, checks that it is the same. If
 * several processes start at the same time, the first one records it. A database without the table `deployment` is left
 * unchanged.
 * @throws DeploymentError if the database contains data of the other origin
 */
export async function claimDeployment(url: string, estate: DeploymentKind): Promise<void> {
  const client = createDatabaseClient(url, 'peerwatch-estate')
  await client.connect()
  try {
    const { rows: tables } = await client.query(`SELECT to_regclass('deployment') AS found`)
    if (tables[0]?.found === null) return
    await client.query(
      'INSERT INTO deployment (key, value) VALUES ($1, to_jsonb($2::text)) ON CONFLICT (key) DO NOTHING',
      [KEY, estate],
    )
    const { rows } = await client.query<{ value: DeploymentKind }>(
      `SELECT value #>> '{}' AS value FROM deployment WHERE key = $1`,
      [KEY],
    )
    const held = rows[0]?.value
    if (held === estate || held === undefined) return
    throw new DeploymentError(
      `this database holds ${WORDS[held] ?? held}, and what is configured is ${WORDS[estate]}: use another DATABASE_URL or DATA_DIR, or change AZURE_SUBSCRIPTION_IDS back`,
    )
  } finally {
    await client.end()
  }
}
