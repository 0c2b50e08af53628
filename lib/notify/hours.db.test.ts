import { describe, expect, it } from 'vitest'
import type { OutsideHoursHandling } from '#lib/contract/index.ts'
import { HOUR, MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { T0 } from './testing/facts.ts'
import { record } from './testing/incident.ts'
import { hook, notifyLab, sentReasons } from './testing/lab.ts'

const db = withTestDatabase()
const { decideAt, setUp, recordingSender } = notifyLab(db)

/** Returns channel hours from 12:00 on. T0 is a Monday, 10:00 UTC, two hours before they begin. */
const afternoon = (outside: OutsideHoursHandling) => ({
  filters: {
    ...hook('').filters,
    hours: { zone: 'UTC', windows: [{ days: ['mon' as const], from: '12:00', to: '18:00' }], outside },
  },
})

describe('outside the hours of a channel', () => {
  it('notices are held, and sent as one digest when the hours begin', async () => {
    await setUp(hook('a', afternoon('hold')), hook('b'))
    await record(db, { name: 'x', at: T0, severity: 'critical' })
    await record(db, { name: 'y', at: T0 })
    await decideAt(MINUTE)
    await record(db, { name: 'y', at: T0, closedAt: T0 + 10 * MINUTE })
    await decideAt(10 * MINUTE)
    const { sent, drain } = recordingSender()
    await drain()
    expect(sent.filter(({ channel }) => channel === 'a')).toEqual([])
    expect(sentReasons(sent)).toHaveLength(3)
    await decideAt(2 * HOUR)
    await drain()
    const [digest, ...more] = sent.filter(({ channel }) => channel === 'a').map(({ message }) => message.content)
    expect(more).toEqual([])
    if (digest?.reason !== 'digest') throw new Error('no digest')
    const entries = digest.entries.map(({ reason, subject }) => `${reason} ${subject}`)
    expect(entries.slice(0, 3).toSorted()).toEqual(['closed y', 'opened x', 'opened y'])
    // within the hours, the channel receives notifications immediately
    await record(db, { name: 'z', at: T0 + 2 * HOUR, severity: 'critical' })
    await decideAt(2 * HOUR + MINUTE)
    await drain()
    expect(sentReasons(sent.filter(({ channel }) => channel === 'a'))).toEqual(['digest', 'opened z'])
  })

  it('critical ones alone are sent, with their ends', async () => {
    await setUp(hook('a', afternoon('critical')))
    await record(db, { name: 'x', at: T0, severity: 'critical' })
    await record(db, { name: 'y', at: T0 })
    await decideAt(MINUTE)
    for (const [name, severity] of [['x', 'critical'] as const, ['y', 'major'] as const])
      await record(db, { name, severity, at: T0, closedAt: T0 + 10 * MINUTE })
    await decideAt(10 * MINUTE)
    const { sent, drain } = recordingSender()
    await drain()
    expect(sentReasons(sent)).toEqual(['opened x', 'closed x'])
  })

  it('nothing is sent, but the end of what was received in them', async () => {
    await setUp(hook('a', afternoon('nothing')))
    await record(db, { name: 'x', at: T0, severity: 'critical' })
    await decideAt(MINUTE)
    const { sent, drain } = recordingSender()
    await drain()
    expect(sent).toEqual([])
    // the incident is still open when the hours begin
    await decideAt(2 * HOUR)
    await decideAt(2 * HOUR + 30 * MINUTE)
    await record(db, { name: 'x', at: T0, severity: 'critical', closedAt: T0 + 9 * HOUR })
    await decideAt(9 * HOUR)
    await drain()
    expect(sentReasons(sent)[0]).toBe('opened x')
    expect(sentReasons(sent).at(-1)).toBe('closed x')
  })
})
