import pg from 'pg'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createDatabase } from '#lib/platform/database.ts'
import { setPasswordSource } from '#lib/platform/connection/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  oneCircuitScenario as estate,
  parseSimulatorScenario,
  createProfileWithChoices,
  type RunningSimulator,
  startSimulator,
} from '#lab/simulator/index.ts'
import { createDatabaseTokenSource, signInToDatabase } from './database-tokens.ts'

const db = withTestDatabase({ empty: true })
const HEADER = 'test-identity-header'
/** an identity that no other test uses, because MSAL caches a token for the whole process */
const CLIENT = '99999999-8888-7777-6666-000000000021'
let simulator: RunningSimulator
/** resources for which tokens were requested */
let resources: (string | null)[]

beforeEach(async () => {
  resources = []
  simulator = await startSimulator({
    scenario: parseSimulatorScenario(estate),
    profile: createProfileWithChoices('quick'),
    identityHeader: HEADER,
    onAnswer: ({ target }) => {
      const { pathname, searchParams } = new URL(target, simulator.url)
      if (pathname === '/msi/token') resources.push(searchParams.get('resource'))
    },
  })
  vi.stubEnv('IDENTITY_ENDPOINT', `${simulator.url}/msi/token`)
  vi.stubEnv('IDENTITY_HEADER', HEADER)
  vi.stubEnv('AZURE_CLIENT_ID', CLIENT)
})
afterEach(async () => {
  setPasswordSource(undefined)
  await simulator.close()
})

it('connections sign in with a token for the database, that of the identity, and need no password', async () => {
  const address = new URL(db.url)
  address.username = 'identity'
  address.password = ''
  const settings = { azure: { resourceManagerUrl: 'https://management.azure.com' } }
  // an Azure server verifies the token itself; this server gets it as a password beforehand
  const expected = await createDatabaseTokenSource(settings.azure.resourceManagerUrl)()
  expect(resources).toEqual(['https://ossrdbms-aad.database.windows.net'])
  await db.pool.query(`CREATE ROLE identity LOGIN PASSWORD ${pg.escapeLiteral(expected)}`)
  const refused = createDatabase(address.href, { max: 1, applicationName: 'peerwatch-test' })
  signInToDatabase({ ...settings, databaseAuth: 'password' })
  await expect(refused.pool.query('SELECT 1')).rejects.toThrow()
  await refused.close()
  signInToDatabase({ ...settings, databaseAuth: 'entra' })
  const signedIn = createDatabase(address.href, { max: 2, applicationName: 'peerwatch-test' })
  expect((await signedIn.pool.query('SELECT current_user AS name')).rows).toEqual([{ name: 'identity' }])
  await signedIn.close()
  await db.pool.query('DROP ROLE identity')
})

it('without a token nothing is left at the server, which would wait for it', async () => {
  const address = new URL(db.url)
  address.username = 'nobody'
  address.password = ''
  setPasswordSource(() => Promise.reject(new Error('no token')))
  const refused = createDatabase(address.href, { max: 1, applicationName: 'peerwatch-test' })
  await expect(refused.pool.query('SELECT 1')).rejects.toThrow('no token')
  // with the correct password the server answers immediately, and no other client is signing in
  const starting = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename IS NULL AND backend_type = 'client backend'`
  await expect.poll(async () => (await db.pool.query(starting)).rows[0].n).toBe(0)
  await refused.close()
})

it('each connection asks for the password again, so that one that was renewed is used', async () => {
  const address = new URL(db.url)
  address.username = 'renewed'
  address.password = ''
  await db.pool.query(`CREATE ROLE renewed LOGIN PASSWORD 'first'`)
  let token = 'first'
  setPasswordSource(async () => token)
  const signedIn = createDatabase(address.href, { max: 2, applicationName: 'peerwatch-test' })
  const open = await signedIn.pool.connect()
  await db.pool.query(`ALTER ROLE renewed PASSWORD 'second'`)
  token = 'second'
  expect((await signedIn.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  // open connections are not affected
  expect((await open.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  open.release()
  await signedIn.close()
  await db.pool.query('DROP ROLE renewed')
})
