import { expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { ensureSource, eventIdOf, upsertEvents } from '#lib/history/index.ts'
import { downEvent } from '#lib/history/testing/event.ts'
import { eventRepeats } from './event-repeats.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
const GATEWAY = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw'
const db = withTestDatabase()

const event = (key: string, more: Partial<DetectedEvent> = {}) => downEvent(key, T0, { incident: 'one', ...more })

it('counts the repeats of an event in its incident, and gives the last good poll that shows whether it goes on', async () => {
  const sourceId = await ensureSource(db.pool, { resourceId: GATEWAY, subresource: '' })
  await upsertEvents(db.pool, sourceId, [
    event('first'),
    event('again'),
    event('of another session', { subject: 'a~c' }),
    event('in another incident', { incident: 'two' }),
    event('in none', { incident: null }),
  ])
  const poll = (kind: string, at: number) =>
    db.pool.query('INSERT INTO poll_state (source_id, kind, ok_finished_at) VALUES ($1, $2, $3)', [
      sourceId,
      kind,
      new Date(at),
    ])
  await poll('peers', T0 + 60_000)
  await poll('learned', T0 + 90_000)
  const asked = ['first', 'of another session', 'in another incident', 'in none'].map((key) => ({
    id: eventIdOf(key),
    kinds: ['peers' as const],
  }))
  const repeats = await eventRepeats(db.pool, asked)
  expect(asked.map(({ id }) => repeats.get(id)?.count)).toEqual([2, 1, 1, 1])
  expect(new Set([...repeats.values()].map(({ polledAt }) => polledAt))).toEqual(new Set([T0 + 60_000]))
  expect(await eventRepeats(db.pool, [])).toEqual(new Map())
})
