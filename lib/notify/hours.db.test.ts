import { describe, expect, it } from 'vitest'
import type { OutsideHoursHandling } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { TEST_START_TIME } from './testing/facts.ts'
import { recordTestIncident } from './testing/incident.ts'
import { createTestWebhookInput, notifyLab, sentReasons } from './testing/lab.ts'

const db = withTestDatabase()
const { decideAt, setUp, recordingSender } = notifyLab(db)

/** Returns channel hours from 12:00 on. T0 is a Monday, 10:00 UTC, two hours before they begin. */
const afternoon = (outside: OutsideHoursHandling) => ({
  filters: {
    ...createTestWebhookInput('').filters,
    hours: { zone: 'UTC', windows: [{ days: ['mon' as const], from: '12:00', to: '18:00' }], outside },
  },
})

describe('outside the hours of a channel', () => {
  it('notices are held, and sent as one digest when the hours begin', async () => {
    await setUp(createTestWebhookInput('a', afternoon('hold')), createTestWebhookInput('b'))
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
    await recordTestIncident(db, { name: 'y', at: TEST_START_TIME })
    await decideAt(MS_PER_MINUTE)
    await recordTestIncident(db, { name: 'y', at: TEST_START_TIME, closedAt: TEST_START_TIME + 10 * MS_PER_MINUTE })
    await decideAt(10 * MS_PER_MINUTE)
    const { sent, drain } = recordingSender()
    await drain()
    expect(sent.filter(({ channel }) => channel === 'a')).toEqual([])
    expect(sentReasons(sent)).toHaveLength(3)
    await decideAt(2 * MS_PER_HOUR)
    await drain()
    const [digest, ...more] = sent.filter(({ channel }) => channel === 'a').map(({ message }) => message.content)
    expect(more).toEqual([])
    if (digest?.reason !== 'digest') throw new Error('no digest')
    const entries = digest.entries.map(({ reason, subject }) => `${reason} ${subject}`)
    expect(entries.slice(0, 3).toSorted()).toEqual(['closed y', 'opened x', 'opened y'])
    // within the hours, the channel receives notifications immediately
    await recordTestIncident(db, { name: 'z', at: TEST_START_TIME + 2 * MS_PER_HOUR, severity: 'critical' })
    await decideAt(2 * MS_PER_HOUR + MS_PER_MINUTE)
    await drain()
    expect(sentReasons(sent.filter(({ channel }) => channel === 'a'))).toEqual(['digest', 'opened z'])
  })

  it('critical ones alone are sent, with their ends', async () => {
    await setUp(createTestWebhookInput('a', afternoon('critical')))
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
    await recordTestIncident(db, { name: 'y', at: TEST_START_TIME })
    await decideAt(MS_PER_MINUTE)
    for (const [name, severity] of [['x', 'critical'] as const, ['y', 'major'] as const])
      await recordTestIncident(db, {
        name,
        severity,
        at: TEST_START_TIME,
        closedAt: TEST_START_TIME + 10 * MS_PER_MINUTE,
      })
    await decideAt(10 * MS_PER_MINUTE)
    const { sent, drain } = recordingSender()
    await drain()
    expect(sentReasons(sent)).toEqual(['opened x', 'closed x'])
  })

  it('nothing is sent, but the end of what was received in them', async () => {
    await setUp(createTestWebhookInput('a', afternoon('nothing')))
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
    await decideAt(MS_PER_MINUTE)
    const { sent, drain } = recordingSender()
    await drain()
    expect(sent).toEqual([])
    // the incident is still open when the hours begin
    await decideAt(2 * MS_PER_HOUR)
    await decideAt(2 * MS_PER_HOUR + 30 * MS_PER_MINUTE)
    await recordTestIncident(db, {
      name: 'x',
      at: TEST_START_TIME,
      severity: 'critical',
      closedAt: TEST_START_TIME + 9 * MS_PER_HOUR,
    })
    await decideAt(9 * MS_PER_HOUR)
    await drain()
    expect(sentReasons(sent)[0]).toBe('opened x')
    expect(sentReasons(sent).at(-1)).toBe('closed x')
  })
})
