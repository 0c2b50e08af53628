import { afterAll, beforeAll, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { AzureAccess } from '#lib/azure/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { computeShortId, readFailoverTests } from '#lib/history/index.ts'
import { machineClock } from '#lib/platform/clock.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createAzureClientForSimulator,
  waitUntilTrue,
  areExpectedPollsRecorded,
  startAzure,
  startDeclaredWorker,
} from '#lib/poller/testing/lab.ts'
import { type RunningSimulator, twoSites } from '#lab/simulator/index.ts'
import { requestAzureReports } from '../store/index.ts'
import { getAzureFailoverTests } from './azure-failover-tests.ts'
import { getAzureReports } from './azure-reports.ts'
import { announceDrill, getDrill } from './drills.ts'
import { readAzureReports } from './read-azure-reports.ts'

const db = withTestDatabase()
const never = new AbortController().signal
const GATEWAY =
  '/subscriptions/00000000-c0de-4000-8000-0000000000f1/resourceGroups/rg-pair/providers/Microsoft.Network/virtualNetworkGateways/gw-pair'
let simulator: RunningSimulator
let azure: AzureAccess
let worker: ReturnType<typeof startDeclaredWorker> | undefined

beforeAll(async () => {
  const [gateway] = twoSites.gateways ?? []
  const siteTests = [
    { location: 'London', at: '-2d', for: '6h', ends: 'expired' as const },
    { location: 'Amsterdam', at: '-30m', for: '2h' },
  ]
  simulator = await startAzure({ ...twoSites, gateways: gateway ? [{ ...gateway, siteTests }] : [] })
  azure = createAzureClientForSimulator(simulator)
  worker = startDeclaredWorker(db, azure)
  await waitUntilTrue('learned routes', () => areExpectedPollsRecorded(db, 'learned'))
  await waitUntilTrue('the log', () => areExpectedPollsRecorded(db, 'activity'))
  await worker.worker.stop()
})
afterAll(async () => {
  azure?.close()
  await simulator?.close()
})

const read = () => readAzureReports({ db, azure, clock: machineClock, pause: async () => {} }, never)
const listed = async () => allApiEndpoints.azureFailoverTests.response.parse(await getAzureFailoverTests(db)).data

it('a test that runs is shown with its exact start and its connections, and is read again until it ends', async () => {
  await db.pool.query('UPDATE resource_lease SET lease_until = NULL, operation = NULL, started_at = NULL')
  // the log shows the start; the report is refused while an operation of the stopped worker holds the gateway
  await waitUntilTrue('the running test', async () => {
    await read()
    return (await readFailoverTests(db.pool)).some(({ verdict }) => verdict === 'running')
  })
  await requestAzureReports(db.pool, computeShortId(GATEWAY), null, Date.now())
  await waitUntilTrue('the reports', async () => (await read()).read === 1)
  const [running, expired] = await listed()
  expect(running).toMatchObject({
    kind: 'site',
    location: 'Amsterdam',
    status: 'Running',
    verdict: 'running',
    stoppedAt: null,
    connections: [{ name: expect.any(String), status: 'Disconnected', at: running?.at }],
  })
  expect(running?.circuits).toHaveLength(1)
  // an expired test is not a pass
  expect(expired).toMatchObject({ location: 'London', status: 'Expired', verdict: 'expired' })
  const { data } = allApiEndpoints.azureReports.response.parse(await getAzureReports(db, GATEWAY))
  expect(data.tests?.data?.map(({ location, verdict }) => [location, verdict]).toSorted()).toEqual([
    ['Amsterdam', 'running'],
    ['London', 'expired'],
  ])
  const sent: string[] = []
  const watched: Pick<AzureAccess, 'report'> = {
    report: (request, options) => {
      sent.push(request.report)
      return azure.report(request, options)
    },
  }
  await readAzureReports({ db, azure: watched, clock: machineClock, pause: async () => {} }, never)
  expect(new Set(sent)).toEqual(new Set(['tests']))
  expect((await readFailoverTests(db.pool)).map(({ verdict }) => verdict).toSorted()).toEqual(['expired', 'running'])
})

it('a drill of the tested circuit has the test and its verdict in its record', async () => {
  const [running] = await listed()
  const now = Date.now()
  const at = new Date(now).toISOString()
  const { data } = await announceDrill(
    db,
    {
      title: 'Amsterdam',
      note: '',
      lose: running?.circuits[0] ?? '',
      change: '',
      from: at,
      to: new Date(now + 10 * MS_PER_MINUTE).toISOString(),
      withinSeconds: 180,
      stays: false,
    },
    { now },
  )
  const drill = allApiEndpoints.drill.response.parse(await getDrill(db, data.id, now + MS_PER_MINUTE))
  expect(drill.data.azureTests).toMatchObject([{ location: 'Amsterdam', verdict: 'running' }])
})
