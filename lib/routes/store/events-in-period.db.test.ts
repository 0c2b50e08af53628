import { expect, it } from 'vitest'
import { getOrCreateSourceId, computeEventId, upsertEvents } from '#lib/history/index.ts'
import { createDownEvent } from '#lib/history/testing/event.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readEventIdsInPeriod } from './events-in-period.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
const GATEWAY = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw'
const db = withTestDatabase()

it('finds what lasted into a time, over or not, and nothing of another resource', async () => {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: GATEWAY, subresource: '' })
  const over = { ended: { earliest: T0 + MS_PER_MINUTE, latest: T0 + MS_PER_MINUTE } }
  await upsertEvents(db.pool, sourceId, [
    createDownEvent('open', T0, {}),
    createDownEvent('over', T0, over),
    createDownEvent('elsewhere', T0, { scope: 'other' }),
  ])
  const scope = createDownEvent('open', T0, {}).scope
  const found = (from: number, to: number) => readEventIdsInPeriod(db.pool, { scopes: [scope], from, to, limit: 10 })
  expect(new Set(await found(T0 - MS_PER_MINUTE, T0 + MS_PER_MINUTE))).toEqual(
    new Set([computeEventId('open'), computeEventId('over')]),
  )
  expect(await found(T0 + 2 * MS_PER_MINUTE, T0 + 3 * MS_PER_MINUTE)).toEqual([computeEventId('open')])
  expect(await found(T0 - 3 * MS_PER_MINUTE, T0 - 2 * MS_PER_MINUTE)).toEqual([])
})
