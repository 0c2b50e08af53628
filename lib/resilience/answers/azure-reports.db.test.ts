import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { AzureReportName } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { runHoldingResource } from '#lib/platform/leases/index.ts'
import { machineClock } from '#lib/platform/clock.ts'
import { manualClock } from '#lib/platform/testing/manual-clock.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { type RunningSimulator, twoSites } from '#lab/simulator/index.ts'
import {
  createAzureClientForSimulator,
  waitUntilTrue,
  areExpectedPollsRecorded,
  startAzure,
  startDeclaredWorker,
} from '#lib/poller/testing/lab.ts'
import { computeShortId } from '#lib/history/index.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createNetworkRow,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import { requestAzureReports, saveAzureReports } from '../store/index.ts'
import { getAzureReports, requestAzureReportsOfGateway } from './azure-reports.ts'
import { readAzureReports } from './read-azure-reports.ts'

const db = withTestDatabase()
const never = new AbortController().signal
const GATEWAY =
  '/subscriptions/00000000-c0de-4000-8000-0000000000f1/resourceGroups/rg-pair/providers/Microsoft.Network/virtualNetworkGateways/gw-pair'
let simulator: RunningSimulator
let azure: AzureAccess
let worker: ReturnType<typeof startDeclaredWorker> | undefined

beforeAll(async () => {
  simulator = await startAzure(twoSites)
  azure = createAzureClientForSimulator(simulator)
  worker = startDeclaredWorker(db, azure)
  await waitUntilTrue('learned routes', () => areExpectedPollsRecorded(db, 'learned'))
})
afterAll(async () => {
  await worker?.worker.stop()
  azure?.close()
  await simulator?.close()
})

const read = async () => allApiEndpoints.azureReports.response.parse(await getAzureReports(db, GATEWAY)).data
const readIn = (own: Pick<AzureAccess, 'report'> = azure, clock = machineClock) =>
  readAzureReports({ db, azure: own, clock, pause: async () => {} }, never)

it('the reports are read once, over the wire, beside what the gateway learned', async () => {
  expect(await read()).toMatchObject({ state: 'none', score: null })
  await requestAzureReports(db.pool, computeShortId(GATEWAY), null, Date.now())
  // sent between two polls of the gateway
  expect(await readAzureReports({ db, azure, clock: machineClock }, never)).toEqual({ read: 1, putOff: 0 })
  // our ranks are known as soon as the gateway's tables are complete and its connections are assigned to circuits
  const { state, askedBy, score, routes, tests } = await waitUntilTrue('our ranks', async () => {
    const reports = await read()
    return reports.routes?.data?.ranks.every(({ reason }) => reason !== 'not_seen' && reason !== 'unmapped') && reports
  })
  expect({ state, askedBy }).toEqual({ state: 'read', askedBy: null })
  expect(score).toMatchObject({ state: 'read', data: { score: 40 } })
  expect(routes?.data).toMatchObject({ redundant: 1, nonRedundant: ['10.11.0.0/16'] })
  // both circuits of 10.10.0.0/16 are equal, here and there
  const [shared] = routes?.data?.ranks ?? []
  expect(routes?.data?.ranks.map(({ prefix, reason }) => [prefix, reason])).toEqual([
    ['10.10.0.0/16', null],
    ['10.11.0.0/16', null],
  ])
  expect(shared?.azure.map(({ path, rank }) => [path, rank])).toEqual(
    shared?.ours.map(({ path, rank }) => [path, String(rank)]),
  )
  expect(score?.data).toMatchObject({ change: 0, gain: { least: 2, most: 60 }, nextAt: expect.any(String) })
  const [test, ...others] = tests?.data ?? []
  expect(others).toEqual([])
  // the table was not read three days ago, when the test began
  expect(test).toMatchObject({
    location: 'Amsterdam',
    isSuccessful: true,
    lost: ['10.11.0.0/16'],
    predicted: null,
    reason: 'not_seen',
  })
  expect(await readIn()).toEqual({ read: 0, putOff: 0 })
})

it('whoever asks sees that it is asked, while a poll has the gateway it waits, and twice is once', async () => {
  const { data } = await requestAzureReportsOfGateway(db, GATEWAY)
  expect(data.state).toBe('asking')
  expect((await requestAzureReportsOfGateway(db, GATEWAY)).data.askedAt).toBe(data.askedAt)
  const clock = manualClock(Date.now())
  await worker?.worker.stop()
  await db.pool.query('UPDATE resource_lease SET lease_until = NULL, operation = NULL, started_at = NULL')
  // the operation that the worker started continues in Azure
  const report = () => azure.report({ resourceId: GATEWAY, report: 'resiliency' })
  await waitUntilTrue('no operation on the gateway', async () => (await report()).outcome === 'ok')
  await runHoldingResource(db, GATEWAY, async () => expect(await readIn(azure, clock)).toEqual({ read: 0, putOff: 1 }))
  expect(await readIn(azure, clock)).toEqual({ read: 0, putOff: 0 })
  clock.step(clock.now() + 2 * MS_PER_MINUTE)
  expect(await readIn(azure, clock)).toEqual({ read: 1, putOff: 0 })
  expect((await read()).state).toBe('read')
})

it('what Azure refuses is kept as its refusal, with the action that is missing', async () => {
  await requestAzureReportsOfGateway(db, GATEWAY)
  const missingAction = 'Microsoft.Network/virtualNetworkGateways/getRoutesInformation/action'
  const error = { code: 'AuthorizationFailed', detail: 'no', httpStatus: 403, retryAfterSeconds: null, missingAction }
  const refusing: Pick<AzureAccess, 'report'> = {
    report: async <Name extends AzureReportName>(question: Parameters<typeof azure.report<Name>>[0]) =>
      question.report === 'routes'
        ? { outcome: 'forbidden' as const, error, data: null }
        : azure.report<Name>(question),
  }
  expect((await readIn(refusing)).read).toBe(1)
  const { routes, score } = await read()
  expect(routes).toMatchObject({ state: 'refused', missingAction, data: null })
  expect(score?.state).toBe('read')
})

it("a network's own space, which instances hand each other, is not compared as if it were learned", async () => {
  const feed = createTestPollRecorder(db)
  const at = Date.now() - 2 * MS_PER_MINUTE
  await feed.inventory(at, [
    createCircuitRow('ckt-own'),
    createGatewayRow('ergw-own', 'ExpressRoute', 'own'),
    createNetworkRow('own', ['10.0.0.0/16']),
    createConnectionRow('own', 'ergw-own', 'ckt-own', 0),
  ])
  await feed.learned(at, 'ergw-own', [
    learnedRoute('10.9.0.0/16', { peer: '10.0.4.4', asPath: [12076, 65001] }),
    { ...learnedRoute('10.0.0.0/16', { peer: '10.0.4.13', asPath: [] }), origin: 'IBgp' },
  ])
  const wanted = { scope: computeShortId(gatewayId('ergw-own')), askedAt: at }
  await requestAzureReports(db.pool, wanted.scope, null, at)
  const answered = { outcome: 'ok' as const, httpStatus: 200, detail: null, missingAction: null }
  const circuits = { x0: { resourceId: circuitId('ckt-own'), name: 'ckt-own', location: null } }
  const routes = [{ prefix: '10.9.0.0/16', circuits: ['x0'] }]
  const body = {
    resiliency: { ...answered, data: null },
    routes: { ...answered, data: { computedAt: at, nextAt: null, circuits, routes } },
    tests: { ...answered, data: [] },
  }
  await saveAzureReports(db.pool, wanted, body, at)
  const { data } = await getAzureReports(db, gatewayId('ergw-own'))
  expect(data.routes?.data).toMatchObject({ agreed: 1, differences: [] })
  // a list of gateways also contains types without such Azure reports
  await expect(getAzureReports(db, circuitId('ckt-own'))).rejects.toThrow(
    /^Azure has no such reports about ckt-own: only/,
  )
})
