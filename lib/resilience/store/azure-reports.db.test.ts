import { expect, it } from 'vitest'
import { computeShortId } from '#lib/history/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createGatewayRow, gatewayId, createTestPollRecorder } from '#lib/questions/testing/record-feed.ts'
import {
  requestReportsAfterTests,
  requestAzureReports,
  readAzureReportsOfResource,
  readDueAzureReports,
  readStartedFailoverTests,
  saveAzureReports,
  postponeAzureReports,
} from './azure-reports.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => T0 + n * MS_PER_MINUTE

it('the end of a site’s test wants the reports once, and its start does not', async () => {
  const feed = createTestPollRecorder(db)
  await feed.inventory(T0, [createGatewayRow('ergw'), createGatewayRow('other')])
  const of = (name: string, at: number, word: string) => ({
    id: `${at}`,
    at,
    resourceId: gatewayId(name),
    operation: `Microsoft.Network/virtualNetworkGateways/${word}SiteFailoverTest/action`,
  })
  await feed.activity(minute(60), [
    of('ergw', minute(10), 'start'),
    of('ergw', minute(25), 'stop'),
    of('other', minute(30), 'start'),
  ])
  const scope = computeShortId(gatewayId('ergw'))
  const started = await readStartedFailoverTests(db.pool, T0)
  expect(started.map(({ scope: id, at }) => [id, Number(at)]).toSorted((a, b) => Number(a[1]) - Number(b[1]))).toEqual([
    [scope, minute(10)],
    [computeShortId(gatewayId('other')), minute(30)],
  ])
  expect(await readStartedFailoverTests(db.pool, minute(30))).toEqual([])
  expect(await requestReportsAfterTests(db.pool, T0, minute(61))).toEqual([scope])
  expect(await requestReportsAfterTests(db.pool, T0, minute(62))).toEqual([])
  expect(await readAzureReportsOfResource(db.pool, scope)).toMatchObject({
    answered: null,
    waiting: { askedAt: minute(61), askedBy: null },
  })
  // a test that ended before the searched time does not request reports
  expect(await requestReportsAfterTests(db.pool, minute(26), minute(63))).toEqual([])
})

it('reports are wanted once, waited for as long as they are put off, and kept as they are answered', async () => {
  const wanted = { scope: computeShortId(gatewayId('asked')), askedAt: minute(70) }
  const due = async (n: number) =>
    (await readDueAzureReports(db.pool, minute(n))).filter(({ scope }) => scope === wanted.scope)
  await requestAzureReports(db.pool, wanted.scope, 'ada', minute(70))
  await requestAzureReports(db.pool, wanted.scope, 'bob', minute(71))
  expect(await due(71)).toMatchObject([{ ...wanted, askedBy: 'ada', attempts: 0 }])
  await postponeAzureReports(db.pool, wanted, minute(75))
  expect([await due(74), await due(75)]).toMatchObject([[], [{ attempts: 1 }]])
  const unread = { state: 'unread' } as never
  await saveAzureReports(db.pool, wanted, unread, minute(76))
  expect(await due(77)).toEqual([])
})
