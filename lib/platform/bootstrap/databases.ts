import { maskPassword } from '../environment.ts'
import { getDatabaseName, parseDatabaseAddress, replaceUrlDatabase } from '../environment/database-address.ts'
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
 * Addresses of one database for different purposes. Each one may use a role with other rights; with only one role, all
 * addresses are equal. `owner` may change the schema, `product` reads and writes rows, `questions` only reads. `listen`
 * uses the product role without a connection pooler; null = the same as `product`.
 */
export type DatabaseUrls = Record<DatabaseRole, string> & { listen: string | null }

/**
 * Returns the addresses of a database on an external server. The demo never writes to the configured database. It uses
 * a second database, whose name ends with `_demo`.
 */
export async function resolveExternalDatabase(
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
    owner: chooseMigrateUrl({ databaseUrl, databaseMigrateUrl, databaseListenUrl }),
    product: databaseUrl,
    questions: databaseReadUrl ?? databaseUrl,
    listen: databaseListenUrl,
  }
  const urls = demo ? await demoDatabase(given) : given
  for (const url of new Set([urls.owner, urls.product])) await (await connected(url)).end()
  return urls
}

/**
 * Returns the database address for migrations. A configured address without a pooler is preferred, because migrations
 * hold a lock that belongs to the database session.
 */
export function chooseMigrateUrl({
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
  const name = `${getDatabaseName(owner)}_demo`
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
    owner: replaceUrlDatabase(owner, name),
    product: replaceUrlDatabase(product, name),
    questions: replaceUrlDatabase(questions, name),
    listen: listen && replaceUrlDatabase(listen, name),
  }
}

/**
 * Creates a database on the embedded server, and its roles.
 * @param url returns the address of a database on the server; without a role, the address for the superuser
 */
export async function createEmbeddedDatabase(
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
 * Creates a database on an external server, and the roles that its addresses contain.
 * @param adminUrl address with the superuser
 * @throws StepError if the three addresses do not have different users with passwords
 */
export async function createExternalDatabase(adminUrl: string, urls: Record<DatabaseRole, string>) {
  const roles = Object.entries(urls).map(([role, url]) => {
    const { username, password } = new URL(parseDatabaseAddress(url).hosts[0] ?? url)
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
  await ensureDatabase(adminUrl, getDatabaseName(urls.owner))
  const client = await connected(replaceUrlDatabase(adminUrl, getDatabaseName(urls.owner)))
  try {
    await prepareRoles(client, of('password'), of('name'))
  } finally {
    await client.end()
  }
}

/**
 * Grants the roles `product` and `questions` their rights on all tables. It must run after migrations. It does nothing
 * if all addresses use the owner's role and `also` is empty.
 * @param also further roles that get the rights of `product`
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
 * Returns the role with which an address signs in. The server is queried, because the role need not be in the address:
 * it may be a parameter, or the user of the operating system.
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
  // without a listener for errors, a lost connection would end the process; the current query fails with the same error
  client.on('error', () => {})
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
