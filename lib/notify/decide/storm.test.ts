import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Severity, severities } from '#lib/contract/index.ts'
import { defaultNotifySettings as settings } from '../settings.ts'
import { type Reason, reasons } from './decide.ts'
import { type Matter, reasonFor } from './route.ts'
import { admit, digestDueAt } from './storm.ts'

const calm = { single: 0, held: 0, newAlerts: 0 }
const opened = (severity: Severity) => ({ reason: 'opened' as Reason, severity })

describe('a notice', () => {
  it.each([
    { name: 'in calm', load: calm, notice: opened('major'), passed: false, goes: 'single' },
    {
      name: 'the sixth of a channel',
      load: { ...calm, single: 5 },
      notice: opened('major'),
      passed: false,
      goes: 'single',
    },
    { name: 'the seventh', load: { ...calm, single: 6 }, notice: opened('major'), passed: false, goes: 'held' },
    {
      name: 'of the 20th alert',
      load: { ...calm, newAlerts: 20 },
      notice: opened('major'),
      passed: false,
      goes: 'single',
    },
    { name: 'of the 21st', load: { ...calm, newAlerts: 21 }, notice: opened('major'), passed: false, goes: 'held' },
    { name: 'beside held ones', load: { ...calm, held: 1 }, notice: opened('major'), passed: false, goes: 'held' },
    {
      name: 'critical in a storm',
      load: { ...calm, single: 99 },
      notice: opened('critical'),
      passed: false,
      goes: 'single',
    },
    {
      name: 'critical for the second time',
      load: { ...calm, single: 99 },
      notice: opened('critical'),
      passed: true,
      goes: 'held',
    },
    {
      name: 'of the end of something critical',
      load: { ...calm, single: 99 },
      notice: { reason: 'closed' as Reason, severity: 'critical' as Severity },
      passed: false,
      goes: 'held',
    },
  ])('$name goes $goes', ({ load, notice, passed, goes }) => {
    expect(admit(load, notice, passed, settings)).toBe(goes)
  })
})

interface Entry {
  id: number
  at: number
}

describe('a storm', () => {
  const notice = fc.record({
    wait: fc.integer({ min: 0, max: 120_000 }),
    reason: fc.constantFrom(...reasons),
    severity: fc.constantFrom<Severity>(...severities),
    incident: fc.integer({ min: 0, max: 9 }),
  })

  it('sends each notice by itself or in exactly one digest, never more than the limit but for what is critical', () => {
    fc.assert(
      fc.property(fc.array(notice, { maxLength: 120 }), (drawn) => {
        let now = 0
        const single: (Entry & { critical: boolean })[] = []
        const digests: Entry[][] = []
        let held: Entry[] = []
        const passed = new Set<number>()
        const flush = () => {
          const [oldest] = held
          if (!oldest || digestDueAt(oldest.at, settings) > now) return
          digests.push(held)
          held = []
        }
        for (const [id, { wait, reason, severity, incident }] of drawn.entries()) {
          now += wait
          flush()
          const recent = single.filter(({ at }) => at > now - settings['storm.channel.window'])
          const load = { single: recent.length, held: held.length, newAlerts: 0 }
          const goes = admit(load, { reason, severity }, passed.has(incident), settings)
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
  const all = { minSeverity: 'warning' as Severity, scopes: [], kinds: [], owners: [] }
  const matter: Matter = { scopes: ['ckt'], kinds: ['path_down'], owner: 'provider' }
  const raised = { reason: 'raised' as Reason, severity: 'critical' as Severity, first: false }
  const closed = { reason: 'closed' as Reason, severity: 'major' as Severity, first: false }

  it.each([
    { name: 'hears what it asks for', filters: all, heard: true, notice: raised, hears: 'raised' },
    {
      name: 'hears a rise as an opening when it heard nothing yet',
      filters: all,
      heard: false,
      notice: raised,
      hears: 'opened',
    },
    { name: 'hears no end of what it never heard of', filters: all, heard: false, notice: closed, hears: null },
    {
      name: 'hears an end that tells the begin too',
      filters: all,
      heard: false,
      notice: { ...closed, first: true },
      hears: 'closed',
    },
    {
      name: 'hears the end whatever its filters say now',
      filters: { ...all, scopes: ['x'] },
      heard: true,
      notice: closed,
      hears: 'closed',
    },
    {
      name: 'hears nothing milder',
      filters: { ...all, minSeverity: 'critical' as Severity },
      heard: false,
      notice: { ...closed, first: true },
      hears: null,
    },
    {
      name: 'hears nothing of other scopes',
      filters: { ...all, scopes: ['x'] },
      heard: false,
      notice: raised,
      hears: null,
    },
    {
      name: 'hears its kinds',
      filters: { ...all, kinds: ['path_down' as const] },
      heard: true,
      notice: raised,
      hears: 'raised',
    },
    {
      name: 'hears nothing of other owners',
      filters: { ...all, owners: ['microsoft' as const] },
      heard: true,
      notice: raised,
      hears: null,
    },
  ])('$name', ({ filters, heard, notice, hears }) => {
    expect(reasonFor(filters, heard, notice, matter)).toBe(hears)
  })
})
