import { expect, it } from 'vitest'
import type { Incident } from '#lib/incidents/api/index.ts'
import { describeIncidentTraffic } from './traffic-fact.ts'

type Traffic = NonNullable<Incident['impact']['traffic']>

const unknown = { before: null, since: null, change: null }
const of = (state: Traffic['state'], fields: Partial<Traffic> = {}): Traffic => ({
  state,
  toAzure: unknown,
  fromAzure: unknown,
  ...fields,
})

it.each<[string, Traffic, boolean, string]>([
  [
    'both directions, one of them in part',
    of('read', {
      toAzure: { before: 1_200_000_000, since: 300_000_000, change: 'fell' },
      fromAzure: { before: null, since: 80_000, change: null },
    }),
    false,
    'To Azure 300 Mb/s now, 1.20 Gb/s before it began; from Azure 80.0 kb/s now, not known before it began.',
  ],
  [
    'what was meanwhile',
    of('read', { toAzure: { before: 1_000_000, since: 0, change: 'stopped' } }),
    true,
    'To Azure 0 b/s meanwhile, 1.00 Mb/s before it began; from Azure not known meanwhile, not known before it began.',
  ],
  ['too little', of('not_read'), false, 'Traffic not known: counters were not polled for long enough since it began.'],
  [
    'too little meanwhile',
    of('not_read'),
    true,
    'Traffic not known: counters were not polled for long enough meanwhile.',
  ],
  [
    'too short',
    of('too_short'),
    false,
    'Traffic not compared yet: Azure’s counters may be minutes old, so that at least 5 min of them are needed.',
  ],
  [
    'too short meanwhile',
    of('too_short'),
    true,
    'Traffic not compared: it was too short, because Azure’s counters may be minutes old.',
  ],
  ['no poll', of('not_polled'), false, 'Traffic not known: counters are not polled.'],
  [
    'nothing of the time before',
    of('unknown', { toAzure: { before: null, since: 1_000_000, change: null } }),
    false,
    'Traffic not compared: no rate from before it began is known.',
  ],
  [
    'nothing since',
    of('unknown', { toAzure: { before: 1_000_000, since: null, change: null } }),
    false,
    'Traffic not known since it began: a counter was reset, or polls failed.',
  ],
  [
    'nothing',
    of('unknown'),
    true,
    'Traffic not known, neither before it began nor meanwhile: a counter was reset, or polls failed.',
  ],
])('traffic of an incident: %s', (_, traffic, isPast, words) => {
  expect(describeIncidentTraffic(traffic, isPast, 0)).toBe(words)
})

it('does not announce a comparison while counters are not polled', () => {
  const traffic = of('too_short', { notPolledSince: '2026-11-30T09:59:06.000Z' })
  expect(describeIncidentTraffic(traffic, false, Date.parse('2026-11-30T10:00:52Z'))).toBe(
    'Traffic not compared: counters not polled since 09:59 UTC.',
  )
})

it('does not call traffic current that is no longer polled', () => {
  const toAzure = { before: 442_000_000, since: 458_000_000, change: 'goes_on' as const }
  const fromAzure = { before: 776_000_000, since: 796_000_000, change: 'goes_on' as const }
  const traffic = of('read', { toAzure, fromAzure, notPolledSince: '2026-11-30T09:59:06.000Z' })
  expect(describeIncidentTraffic(traffic, false, Date.parse('2026-11-30T10:00:52Z'))).toBe(
    'To Azure 458 Mb/s last known at 09:59 UTC, 442 Mb/s before it began; from Azure 796 Mb/s last known at 09:59 UTC, 776 Mb/s before it began.',
  )
})
