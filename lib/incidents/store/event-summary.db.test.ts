import { beforeAll, describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getOrCreateSourceId, computeEventId, upsertEvents } from '#lib/history/index.ts'
import { countEventsByStep, listFlapCounts } from './event-summary.ts'
import { createDownEvent } from '#lib/history/testing/event.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
const GATEWAY = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw'
const db = withTestDatabase()

const event = (key: string, hours: number, more: Partial<DetectedEvent> = {}) => {
  const at = T0 + hours * MS_PER_HOUR
  const started = { earliest: at - 60_000, latest: at }
  return createDownEvent(key, at, { kind: 'session_flap', started, duration: { minMs: 1_000, maxMs: 5_000 }, ...more })
}
const range = { from: T0, to: T0 + 10 * MS_PER_HOUR }

beforeAll(async () => {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: GATEWAY, subresource: '' })
  await upsertEvents(db.pool, sourceId, [
    event('before', -0.5),
    event('one', 0.5),
    event('two', 0.75, { severity: 'major' }),
    event('three', 5, { kind: 'session_down', subject: 'a~c', duration: null }),
    event('part', 5.5, { subject: 'a~c' }),
    event('other', 5.5, { kind: 'mass_withdraw', scope: 'ckt', subject: 'x', severity: 'critical' }),
    event('over the end', 10, {
      started: { earliest: T0 + 9 * MS_PER_HOUR, latest: T0 + 11 * MS_PER_HOUR },
      subject: 'a~c',
    }),
    event('after', 12),
  ])
  await db.pool.query('UPDATE event SET part_of = $1 WHERE id = $2', [computeEventId('three'), computeEventId('part')])
})

describe('events by step and severity', () => {
  const steps = (filter: Parameters<typeof countEventsByStep>[1]) =>
    countEventsByStep(db.pool, filter, { ...range, stepMs: MS_PER_HOUR })
  it('are counted once, what may have begun after the end in the last step', async () => {
    expect(await steps({})).toEqual([
      { step: 0, severity: 'major', count: 1 },
      { step: 0, severity: 'minor', count: 1 },
      { step: 5, severity: 'critical', count: 1 },
      { step: 5, severity: 'minor', count: 2 },
      { step: 9, severity: 'minor', count: 1 },
    ])
  })
  it.each([
    [{ kinds: ['mass_withdraw'] }, 1],
    [{ severities: ['major', 'critical'] }, 2],
    [{ scope: 'ckt' }, 1],
    [{ owners: ['provider'] }, 0],
    [{ partOf: null }, 5],
  ])('are those that are asked for: %o', async (filter, count) => {
    expect((await steps(filter)).reduce((sum, step) => sum + step.count, 0)).toBe(count)
  })
})

it('sessions are counted by their losses, the most first, with how long those that ended lasted', async () => {
  const session = { scope: 'gw', scopeName: null }
  expect(await listFlapCounts(db.pool, {}, { ...range, limit: 5 })).toEqual([
    { ...session, subject: 'a~c', count: 3, downMs: { min: 2_000, max: 10_000 }, lastAt: T0 + 11 * MS_PER_HOUR },
    { ...session, subject: 'a~b', count: 2, downMs: { min: 2_000, max: 10_000 }, lastAt: T0 + 0.75 * MS_PER_HOUR },
  ])
  expect(await listFlapCounts(db.pool, {}, { ...range, limit: 1 })).toHaveLength(1)
  expect(await listFlapCounts(db.pool, { scope: 'ckt' }, { ...range, limit: 5 })).toEqual([])
})
