import { maskPassword } from '../environment.ts'
import { databaseNameOf, readDatabaseAddress, withDatabase } from '../environment/database-address.ts'
import { grantAccess, prepareRoles, type DatabaseRole } from './database-roles.ts'
import { StepError } from './progress.ts'

/** Creates a database on a server unless it exists. */
async function ensureDatabase(adminUrl: string, name: string) {
  const client = await connected(adminUrl)
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE template0`)
  } finally {
    await client.end()
  }
}

/**
 * Database addresses by purpose. All name the same database, with the rights of different roles; they are equal if
 * there is only one role. `owner` may change the schema; `listen` is the address of the product role that bypasses a
 * connection pooler, null = the same as `product`.
 */
export type DatabaseUrls = Record<DatabaseRole, string> & { listen: string | null }

/**
 * Returns the addresses of the database on an external server. The demo never writes to the named database; it uses a
 * second database with the suffix `_demo`.
 */
export async function externalDatabase(
  {
    databaseUrl,
    databaseMigrateUrl,
    databaseReadUrl,
    databaseListenUrl,
  }: {
    databaseUrl: string
    databaseMigrateUrl: string | null
    databaseReadUrl: string | null
    databaseListenUrl: string | null
  },
  demo: boolean,
): Promise<DatabaseUrls> {
  const given = {
    owner: migrateUrlOf({ databaseUrl, databaseMigrateUrl, databaseListenUrl }),
    product: databaseUrl,
    questions: databaseReadUrl ?? databaseUrl,
    listen: databaseListenUrl,
  }
  const urls = demo ? await demoDatabase(given) : given
  for (const url of new Set([urls.owner, urls.product])) await (await connected(url)).end()
  return urls
}

/**
 * Returns the address for migrations. It bypasses a connection pooler, because migrations hold a lock that belongs to
 * the database session.
 */
export function migrateUrlOf({
  databaseUrl,
  databaseMigrateUrl,
  databaseListenUrl,
}: {
  databaseUrl: string
  databaseMigrateUrl: string | null
  databaseListenUrl: string | null
}) {
  return databaseMigrateUrl ?? databaseListenUrl ?? databaseUrl
}

async function demoDatabase({ owner, product, questions, listen }: DatabaseUrls): Promise<DatabaseUrls> {
  const name = `${databaseNameOf(owner)}_demo`
  try {
    await ensureDatabase(owner, name)
  } catch (error) {
    if (error instanceof StepError) throw error
    const { message } = error as Error
    throw new StepError(`the demo's database "${name}" could not be created: ${message}`, {
      advice: `create it (CREATE DATABASE "${name}"), or name your subscriptions in AZURE_SUBSCRIPTION_IDS, or unset DATABASE_URL`,
    })
  }
  return {
    owner: withDatabase(owner, name),
    product: withDatabase(product, name),
    questions: withDatabase(questions, name),
    listen: listen && withDatabase(listen, name),
  }
}

/**
 * Creates a database on the embedded server and the roles that use it.
 * @param url returns an address on the server; without a role it returns the address for the superuser
 */
export async function embeddedDatabase(
  url: (database: string, role?: DatabaseRole) => string,
  name: string,
  passwords: Record<DatabaseRole, string>,
): Promise<DatabaseUrls> {
  await ensureDatabase(url('postgres'), name)
  const client = await connected(url(name))
  try {
    await prepareRoles(client, passwords)
  } finally {
    await client.end()
  }
  return { owner: url(name, 'owner'), product: url(name, 'product'), questions: url(name, 'questions'), listen: null }
}

/**
 * Creates a database and the roles of its addresses on an external server, as `npm start` does on the embedded server.
 * @param adminUrl address of a superuser
 * @throws StepError if the three addresses do not have different users with passwords
 */
export async function createExternalDatabase(adminUrl: string, urls: Record<DatabaseRole, string>) {
  const roles = Object.entries(urls).map(([role, url]) => {
    const { username, password } = new URL(readDatabaseAddress(url).hosts[0] ?? url)
    return [role, { name: decodeURIComponent(username), password: decodeURIComponent(password) }] as const
  })
  if (
    roles.some(([, { name, password }]) => name === '' || password === '') ||
    new Set(roles.map(([, { name }]) => name)).size < 3
  )
    throw new StepError('the roles of the database could not be made', {
      advice:
        'give DATABASE_MIGRATE_URL, DATABASE_URL and DATABASE_READ_URL a user and a password each, three different ones',
    })
  const of = (field: 'name' | 'password') =>
    Object.fromEntries(roles.map(([role, given]) => [role, given[field]])) as Record<DatabaseRole, string>
  await ensureDatabase(adminUrl, databaseNameOf(urls.owner))
  const client = await connected(withDatabase(adminUrl, databaseNameOf(urls.owner)))
  try {
    await prepareRoles(client, of('password'), of('name'))
  } finally {
    await client.end()
  }
}

/**
 * Grants the product role and the role for read queries their rights on the tables that migrations created. Does
 * nothing if all addresses use the same role.
 * @param also further roles that get the product's rights
 */
export async function grantTableAccess(
  { owner, product, questions }: Omit<DatabaseUrls, 'listen'>,
  also: readonly string[] = [],
) {
  if (product === owner && questions === owner && also.length === 0) return
  const roles = { product: await roleOf(product), questions: await roleOf(questions) }
  const client = await connected(owner)
  try {
    await grantAccess(client, roles)
    for (const name of also) await grantAccess(client, { product: name, questions: name })
  } finally {
    await client.end()
  }
}

/**
 * Returns the role with which an address signs in. The server is queried, because the address may contain the role in
 * its parameters or leave it to the operating system.
 */
async function roleOf(url: string): Promise<string> {
  const client = await connected(url)
  try {
    const { rows } = await client.query('SELECT current_user AS name')
    return rows[0].name
  } finally {
    await client.end()
  }
}

async function connected(url: string) {
  const { createDatabaseClient } = await import('../connection/index.ts')
  const client = createDatabaseClient(url, 'peerwatch-start')
  client.on('error', () => {}) // ignored here, because the current query fails with the same error
  try {
    await client.connect()
    return client
  } catch (error) {
    const { message } = error as Error
    throw new StepError(`can't use the database ${maskPassword(url)}: ${message}`, {
      advice:
        'correct DATABASE_URL, DATABASE_MIGRATE_URL or DATABASE_READ_URL (user, password, database name, sslmode), or unset them for the embedded server',
    })
  }
}
