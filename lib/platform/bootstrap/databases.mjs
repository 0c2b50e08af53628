import { maskPassword } from '../environment.mjs'
import { StepError } from './progress.mjs'

/**
 * The same server, another database.
 * @param {string} url
 * @param {string} database
 */
function withDatabase(url, database) {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(database)}`
  return other.href
}

/** @param {string} url */
function databaseName(url) {
  return decodeURIComponent(new URL(url).pathname.slice(1))
}

/**
 * Creates a database on the embedded server unless it exists.
 * @param {string} adminUrl
 * @param {string} name
 */
export async function ensureDatabase(adminUrl, name) {
  const client = await connected(adminUrl)
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE template0`)
  } finally {
    await client.end()
  }
}

/**
 * The database to use on an external server. The demo never writes to the named database, but to one beside it.
 * @param {string} url DATABASE_URL
 * @param {boolean} demo
 * @returns {Promise<string>} URL
 */
export async function externalDatabase(url, demo) {
  if (!demo) {
    const client = await connected(url)
    await client.end()
    return url
  }
  const name = `${databaseName(url)}_demo`
  try {
    await ensureDatabase(url, name)
  } catch (error) {
    if (error instanceof StepError) throw error
    const { message } = /** @type {Error} */ (error)
    throw new StepError(`the demo's database "${name}" could not be created: ${message}`, {
      advice: `create it (CREATE DATABASE "${name}"), or name your subscriptions in AZURE_SUBSCRIPTION_IDS, or unset DATABASE_URL`,
    })
  }
  const own = withDatabase(url, name)
  const client = await connected(own)
  await client.end()
  return own
}

/** @param {string} url */
async function connected(url) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: url,
    application_name: 'peerwatch-start',
    connectionTimeoutMillis: 10_000,
  })
  client.on('error', () => {}) // the query in hand fails with it
  try {
    await client.connect()
    return client
  } catch (error) {
    const { message } = /** @type {Error} */ (error)
    throw new StepError(`can't use the database ${maskPassword(url)}: ${message}`, {
      advice: 'correct DATABASE_URL (user, password, database name, sslmode), or unset it for the embedded server',
    })
  }
}
