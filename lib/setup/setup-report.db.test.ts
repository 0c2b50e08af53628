import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAzureClient } from '#lib/azure/index.ts'
import { readLastSetupReport } from './store/index.ts'
import { machineClock } from '#lib/platform/clock.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  oneCircuitScenario,
  parseSimulatorScenario,
  type RunningSimulator,
  startSimulator,
  createSimulatedCredential,
} from '#lab/simulator/index.ts'
import { AzureResponseWatch } from './azure-response-watch.ts'
import { fetchSetupFindings } from './fetch-from-azure.ts'
import { runAzureSetupChecks } from './azure-checks.ts'
import { checkDatabase } from './database-checks.ts'
import { runSetupChecks } from './setup-report.ts'

const db = withTestDatabase()
const minute = 60_000
const intervals = {
  sessionsMs: minute,
  circuitsMs: minute,
  routesMs: 5 * minute,
  inventoryMs: 10 * minute,
  metricsMs: 5 * minute,
  activityMs: 5 * minute,
}
let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ scenario: parseSimulatorScenario(oneCircuitScenario) })
})
afterAll(() => simulator.close())

function client() {
  const watch = new AzureResponseWatch()
  const azure = createAzureClient({
    resourceManagerUrl: simulator.url,
    subscriptionIds: '*',
    onExchange: watch.note,
    createCredential: createSimulatedCredential,
  })
  return { watch, azure }
}

it('a worker keeps its report, with what history holds of the polls', async () => {
  const { azure, watch } = client()
  const context = {
    db,
    azure,
    watch,
    clock: machineClock,
    warnings: [],
    countsPosts: 'learn' as const,
    dataDir: '/',
    secretsKey: null,
  }
  const report = await runSetupChecks(context, new AbortController().signal)
  expect(await readLastSetupReport(db.pool)).toEqual(report)
  const states = Object.fromEntries(report.results.map(({ id, state }) => [id, state]))
  expect(states).toMatchObject({
    database: 'pass',
    collation: 'pass',
    clockDatabase: 'pass',
    login: 'pass',
    arm: 'pass',
    rights: 'skip',
  })
  // the simulator's responses pass through Node's server, which adds a Date header
  expect(states.clockAzure).toBe('pass')
  azure.close()
})

it('a database without tables is to be migrated, and one that does not answer fails', async () => {
  const { rows } = await db.pool.query('SELECT current_database() AS name')
  const empty = new URL(db.url)
  empty.pathname = '/postgres'
  expect(rows[0].name).not.toBe('postgres')
  const [fresh, role] = await checkDatabase(empty.href, 'prisma/migrations')
  expect(fresh).toMatchObject({ state: 'warn', commands: ['npm run migrate'] })
  expect(role?.state).toBe('skip')
  const gone = new URL(db.url)
  gone.port = '1'
  expect((await checkDatabase(gone.href, 'prisma/migrations')).map(({ state }) => state)).toEqual([
    'fail',
    'skip',
    'skip',
    'skip',
  ])
})

it('asking Azure finds everything, and a refused kind by its missing action', { timeout: 120_000 }, async () => {
  const { azure, watch } = client()
  const asked = await fetchSetupFindings({ azure, watch, intervals, now: Date.now }, () => {})
  const results = runAzureSetupChecks(asked.findings, asked.planned)
  expect(results.filter(({ state }) => state !== 'pass')).toEqual([])
  expect(asked.findings.polls.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['inventory', 'peers', 'advertised', 'arp', 'tables', 'metrics', 'activity']),
  )
  const { id } = simulator.control.happen({ op: 'api-fault', fault: '403', operation: 'gateway.learned' })
  const refused = await fetchSetupFindings({ azure, watch, intervals, now: Date.now }, () => {})
  simulator.control.restore(id)
  const rights = runAzureSetupChecks(refused.findings, refused.planned).find((result) => result.id === 'rights')
  expect(rights?.state).toBe('fail')
  expect(rights?.lines.join('\n').toLowerCase()).toContain('getlearnedroutes/action')
  azure.close()
})
