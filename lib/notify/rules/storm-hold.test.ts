import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Severity, severities } from '#lib/contract/index.ts'
import { defaultNotifySettings as settings } from '../settings.ts'
import { type NoticeReason, noticeReasons } from './decide-notices.ts'
import { type ChannelRoutingInput, selectChannelReason } from './channel-routing.ts'
import { decideWhetherHeldForDigest, getDigestDueTime } from './storm-hold.ts'

const quiet = { single: 0, held: 0, newAlerts: 0 }
const opened = (severity: Severity) => ({ reason: 'opened' as NoticeReason, severity })

describe('a notice', () => {
  it.each([
    { name: 'outside a storm', load: quiet, notice: opened('major'), passed: false, goes: 'single' },
    {
      name: 'the sixth of a channel',
      load: { ...quiet, single: 5 },
      notice: opened('major'),
      passed: false,
      goes: 'single',
    },
    { name: 'the seventh', load: { ...quiet, single: 6 }, notice: opened('major'), passed: false, goes: 'held' },
    {
      name: 'of the 20th alert',
      load: { ...quiet, newAlerts: 20 },
      notice: opened('major'),
      passed: false,
      goes: 'single',
    },
    { name: 'of the 21st', load: { ...quiet, newAlerts: 21 }, notice: opened('major'), passed: false, goes: 'held' },
    { name: 'beside held ones', load: { ...quiet, held: 1 }, notice: opened('major'), passed: false, goes: 'held' },
    {
      name: 'critical in a storm',
      load: { ...quiet, single: 99 },
      notice: opened('critical'),
      passed: false,
      goes: 'single',
    },
    {
      name: 'critical for the second time',
      load: { ...quiet, single: 99 },
      notice: opened('critical'),
      passed: true,
      goes: 'held',
    },
    {
      name: 'of the end of something critical',
      load: { ...quiet, single: 99 },
      notice: { reason: 'closed' as NoticeReason, severity: 'critical' as Severity },
      passed: false,
      goes: 'held',
    },
  ])('$name goes $goes', ({ load, notice, passed, goes }) => {
    expect(decideWhetherHeldForDigest(load, notice, { readByPeople: true, criticalPassed: passed }, settings)).toBe(
      goes,
    )
  })
})

it('for a program waits in no storm, but behind what its hours held', () => {
  const program = { readByPeople: false, criticalPassed: false }
  expect(decideWhetherHeldForDigest({ ...quiet, single: 99, newAlerts: 99 }, opened('minor'), program, settings)).toBe(
    'single',
  )
  expect(decideWhetherHeldForDigest({ ...quiet, held: 1 }, opened('minor'), program, settings)).toBe('held')
})

interface Entry {
  id: number
  at: number
}

describe('a storm', () => {
  const notice = fc.record({
    wait: fc.integer({ min: 0, max: 120_000 }),
    reason: fc.constantFrom(...noticeReasons),
    severity: fc.constantFrom<Severity>(...severities),
    incident: fc.integer({ min: 0, max: 9 }),
  })

  it('sends each notice singly or in exactly one digest, and exceeds the limit only for critical ones', () => {
    fc.assert(
      fc.property(fc.array(notice, { maxLength: 120 }), (drawn) => {
        let now = 0
        const single: (Entry & { critical: boolean })[] = []
        const digests: Entry[][] = []
        let held: Entry[] = []
        const passed = new Set<number>()
        const flush = () => {
          const [oldest] = held
          if (!oldest || getDigestDueTime(oldest.at, settings) > now) return
          digests.push(held)
          held = []
        }
        for (const [id, { wait, reason, severity, incident }] of drawn.entries()) {
          now += wait
          flush()
          const recent = single.filter(({ at }) => at > now - settings['storm.channel.window'])
          const load = { single: recent.length, held: held.length, newAlerts: 0 }
          const goes = decideWhetherHeldForDigest(
            load,
            { reason, severity },
            { readByPeople: true, criticalPassed: passed.has(incident) },
            settings,
          )
          const critical = severity === 'critical'
          if (goes === 'single') single.push({ id, at: now, critical })
          else held.push({ id, at: now })
          if (critical && goes === 'single') passed.add(incident)
          if (goes === 'single' && !critical) expect(recent.length).toBeLessThan(settings['storm.channel'])
        }
        now += settings['digest.after']
        flush()
        expect(held).toEqual([])
        const ids = [...single, ...digests.flat()].map(({ id }) => id).toSorted((a, b) => a - b)
        expect(ids).toEqual(drawn.map((_, id) => id))
      }),
    )
  })
})

describe('a channel', () => {
  const all = {
    incidents: true,
    minSeverity: 'warning' as Severity,
    neededBy: 'nobody' as const,
    scopes: [],
    kinds: [],
    owners: [],
    hours: null,
  }
  const routing: ChannelRoutingInput = { scopes: ['ckt'], kinds: ['path_down'], owner: 'provider', needed: 'today' }
  const raised = { reason: 'raised' as NoticeReason, severity: 'critical' as Severity, first: false }
  const closed = { reason: 'closed' as NoticeReason, severity: 'major' as Severity, first: false }

  it.each([
    { name: 'receives a matching notice', filters: all, knowsOpening: true, notice: raised, receives: 'raised' },
    {
      name: 'receives a raise as an opening if it received nothing before',
      filters: all,
      knowsOpening: false,
      notice: raised,
      receives: 'opened',
    },
    {
      name: 'receives no incidents where it is for findings of cost alone',
      filters: { ...all, incidents: false },
      knowsOpening: false,
      notice: raised,
      receives: null,
    },
    {
      name: 'receives no closing without an opening',
      filters: all,
      knowsOpening: false,
      notice: closed,
      receives: null,
    },
    {
      name: 'receives a closing that is also the first notice',
      filters: all,
      knowsOpening: false,
      notice: { ...closed, first: true },
      receives: 'closed',
    },
    {
      name: 'receives the closing whatever its filters are now',
      filters: { ...all, scopes: ['x'] },
      knowsOpening: true,
      notice: closed,
      receives: 'closed',
    },
    {
      name: 'receives nothing below its minimum severity',
      filters: { ...all, minSeverity: 'critical' as Severity },
      knowsOpening: false,
      notice: { ...closed, first: true },
      receives: null,
    },
    {
      name: 'receives nothing of other scopes',
      filters: { ...all, scopes: ['x'] },
      knowsOpening: false,
      notice: raised,
      receives: null,
    },
    {
      name: 'receives its kinds',
      filters: { ...all, kinds: ['path_down' as const] },
      knowsOpening: true,
      notice: raised,
      receives: 'raised',
    },
    {
      name: 'receives nothing of other owners',
      filters: { ...all, owners: ['microsoft' as const] },
      knowsOpening: true,
      notice: raised,
      receives: null,
    },
  ])('$name', ({ filters, knowsOpening, notice, receives }) => {
    expect(selectChannelReason(filters, knowsOpening, notice, routing)).toBe(receives)
  })
})
