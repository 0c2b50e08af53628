import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { computeShortId } from '#lib/history/index.ts'
import { createTestPollSource, routeRow } from '#lib/history/testing/feed.ts'
import { countMicrosoftPrefixes } from './microsoft-prefixes.ts'

const db = withTestDatabase()

it('counts each prefix that Microsoft announces once, on either path, and none of the customer', async () => {
  const on = (path: string) =>
    createTestPollSource(db, { type: 'expressRouteCircuits', name: 'both', subresource: `MicrosoftPeering/${path}` })
  const [primary, secondary] = [await on('primary'), await on('secondary')]
  const asked = () =>
    countMicrosoftPrefixes(db.pool, { scope: computeShortId(primary.resourceId), peering: 'MicrosoftPeering' })
  expect(await asked()).toBeNull()
  const rows = (...list: [string, number[]][]) => list.map(([prefix, asPath]) => routeRow(prefix, { asPath }))
  const poll = { startedAt: 1_000, finishedAt: 2_000 }
  await primary.record('tables', {
    ...poll,
    rows: rows(
      ['52.96.0.0/16', [8075]],
      ['52.97.0.0/16', [12076, 12076, 8075]],
      ['40.96.0.0/16', [12076]],
      ['203.0.113.0/24', [100]],
      ['198.51.100.0/30', []],
    ),
  })
  expect(await asked()).toBe(3)
  await secondary.record('tables', { ...poll, rows: rows(['52.96.0.0/16', [8075]], ['52.98.0.0/16', [8075, 8075]]) })
  expect(await asked()).toBe(4)
  expect(
    await countMicrosoftPrefixes(db.pool, {
      scope: computeShortId(primary.resourceId),
      peering: 'AzurePrivatePeering',
    }),
  ).toBeNull()
})
