import { describe, expect, it } from 'vitest'
import type { ExpectedDrillEffect, DrillEffectOutcome, CircuitsCarryingPrefix, WhatIfRow } from '../../api/index.ts'
import {
  type CircuitsOfPrefixesAtMoment,
  type DrillEventFields,
  type DrillMeasurementInput,
  measureDrillEffects,
  findCertainLossMoment,
  determineFailoverDrillVerdict,
} from './measure-drill.ts'
import { predictDrillEffects } from './drill-effects.ts'

const FROM = 1_000_000
const TO = FROM + 900_000
const lost = [
  {
    term: 'lon',
    kind: 'circuit' as const,
    id: 'lon',
    name: 'ckt-lon',
    paths: (['primary', 'secondary'] as const).map((path) => ({ circuitId: 'lon', peering: 'private' as const, path })),
  },
]
const path = (circuitId: string | null) => ({ peer: '10.0.4.4', circuitId, path: null })
const row = (prefix: string, outcome: WhatIfRow['outcome'], after: (string | null)[]): WhatIfRow => ({
  prefix,
  firstAddress: '',
  scope: 'gw',
  scopeName: 'gw',
  side: 'azure',
  site: 'London',
  before: [path('lon')],
  after: after.map(path),
  matchBefore: prefix,
  matchAfter: null,
  outcome,
  reduced: false,
  basis: null,
})
const rows = [
  row('10.1.0.0/16', 'moves', ['ams']),
  row('10.2.0.0/16', 'moves', ['ams']),
  row('10.3.0.0/16', 'stranded', []),
]
const session = (localAddress: string, circuitId: string) => ({
  scope: 'gw',
  localAddress,
  neighbor: '10.0.4.4',
  on: { circuitId, peering: 'private' as const, path: 'primary' as const },
})
const marks = predictDrillEffects(lost, rows, [session('10.0.4.12', 'lon'), session('10.0.4.13', 'ams')], 60)

describe('what a drill is expected to show', () => {
  it('is every path, session and group of prefixes that the what-if loses or moves, in time, alone, and back', () => {
    expect(marks.map(({ id }) => id)).toEqual([
      'path_lost:lon:private/primary',
      'path_lost:lon:private/secondary',
      'session_lost:gw:10.0.4.12~10.0.4.4',
      'prefixes:gw:moves:lon:ams',
      'prefixes:gw:stranded:lon:',
      'within',
      'nothing_else',
      'returned',
    ])
    expect(marks.find(({ kind }) => kind === 'prefixes')).toMatchObject({ prefixes: ['10.1.0.0/16', '10.2.0.0/16'] })
  })

  it('has no time where nothing moves, and no prefix of the customer’s side or of an unknown outcome', () => {
    const kinds = predictDrillEffects(
      lost,
      [{ ...row('10.1.0.0/16', 'moves', ['ams']), side: 'onprem' }, row('10.4.0.0/16', 'unknown', [])],
      [],
      60,
    ).map(({ kind }) => kind)
    expect(kinds).toEqual(['path_lost', 'path_lost', 'nothing_else', 'returned'])
  })

  it('of a change that stays is that it is seen, and not that anything comes back', () => {
    const staying = predictDrillEffects([], rows, [], 60, [{ scope: 'conn', becomes: '' }])
    expect(staying.map(({ kind }) => kind)).toEqual(['applied', 'prefixes', 'prefixes', 'nothing_else'])
    const changed = { scope: 'conn', between: { earliest: FROM + 1_000, latest: FROM + 60_000 }, by: 'ada', fields: [] }
    const base = { from: FROM, to: TO, now: TO, scopes: ['conn'], events: [], unseen: new Set<string>(), after: null }
    const during: CircuitsOfPrefixesAtMoment = {
      seen: new Set(['gw']),
      carriers: new Map(
        ['10.1.0.0/16', '10.2.0.0/16'].map((one) => [`gw ${one}`, { circuits: ['ams'], hasOther: false }]),
      ),
    }
    const resultsOf = (changes: DrillMeasurementInput['changes'], own: Partial<DrillMeasurementInput> = {}) =>
      measureDrillEffects(staying, { ...base, during, changes, ...own }).map(({ result }) => result)
    expect(findCertainLossMoment({ ...base, changes: [changed] }, staying)).toBe(TO - 1_000)
    expect(findCertainLossMoment({ ...base, changes: [] }, staying)).toBeNull()
    expect(resultsOf([changed])).toEqual(['pass', 'pass', 'pass', 'pass'])
    expect(resultsOf([], { during: null })).toEqual(['fail', 'fail', 'fail', 'pass'])
    const asBefore = { ...during, carriers: new Map([['gw 10.1.0.0/16', { circuits: ['lon'], hasOther: false }]]) }
    expect(resultsOf([changed], { during: asBefore })).toEqual(['pass', 'fail', 'pass', 'pass'])
    expect(resultsOf([], { now: FROM + 1, during: null })).toEqual(['waiting', 'waiting', 'waiting', 'waiting'])
  })

  it.each<[string, string, unknown[], DrillEffectOutcome, string]>([
    ['the planned value', 'weight 100', [['/properties/routingWeight', 100]], 'pass', 'became 100, by ada'],
    ['another value', 'weight 100', [['/properties/routingWeight', 50]], 'fail', 'became 50, by ada'],
    ['another setting', 'weight 100', [['/tags/owner', 'noc']], 'fail', 'its weight did not change'],
    [
      'a circuit’s',
      'bandwidth 2000',
      [['/properties/serviceProviderProperties/bandwidthInMbps', 2_000]],
      'pass',
      'became 2000, by ada',
    ],
    ['a port’s', 'bandwidth 2000', [['/properties/bandwidthInGbps', 2]], 'pass', 'became 2000, by ada'],
  ])('of a value is held against what it became: %s', (_, becomes, after, result, observed) => {
    const marks = predictDrillEffects([], [], [], 60, [{ scope: 'conn', becomes }])
    const fields = (after as [string, unknown][]).map(([path, value]) => ({ path, after: value }))
    const changes = [{ scope: 'conn', between: { earliest: FROM, latest: FROM + 60_000 }, by: 'ada', fields }]
    const facts = {
      from: FROM,
      to: TO,
      now: TO,
      scopes: ['conn'],
      events: [],
      unseen: new Set<string>(),
      after: null,
      during: null,
    }
    expect(measureDrillEffects(marks, { ...facts, changes })[0]).toMatchObject({ result, observed })
  })

  it('has no time where only announcements change', () => {
    expect(predictDrillEffects([], rows, [], 60).map(({ kind }) => kind)).toEqual([
      'prefixes',
      'prefixes',
      'nothing_else',
      'returned',
    ])
  })

  it('is every session of a gateway that is lost, and of an instance its own', () => {
    const falls = (own: object) =>
      predictDrillEffects(
        [{ ...lost[0]!, paths: [], ...own }],
        [],
        [session('10.0.4.12', 'lon'), session('10.0.4.13', 'ams')],
        60,
      )
        .filter(({ kind }) => kind === 'session_lost')
        .map(({ subject }) => subject)
    expect(falls({ kind: 'gateway', id: 'gw', term: 'gw' })).toHaveLength(2)
    expect(falls({ kind: 'instance', id: 'gw', term: 'gw/10.0.4.13' })).toEqual(['10.0.4.13~10.0.4.4'])
  })
})

const at = (earliest: number, latest = earliest + 5_000) => ({ earliest: FROM + earliest, latest: FROM + latest })
const event = (
  kind: DrillEventFields['kind'],
  scope: string,
  subject: string,
  own: Partial<DrillEventFields> = {},
): DrillEventFields => ({
  kind,
  scope,
  subject,
  started: at(60_000),
  ended: at(600_000),
  moved: null,
  ...own,
})
const held = [
  event('path_down', 'lon', 'AzurePrivatePeering/primary'),
  event('path_down', 'lon', 'AzurePrivatePeering/secondary'),
  event('circuit_down', 'lon', 'AzurePrivatePeering'),
  event('session_down', 'gw', '10.0.4.12~10.0.4.4'),
  event('failover', 'lon', 'ckt-lon > ckt-ams', { moved: { minMs: 10_000, maxMs: 20_000 } }),
]
const by = (...circuits: string[]): CircuitsCarryingPrefix => ({ circuits, hasOther: false })
const carried = (...all: [prefix: string, by: CircuitsCarryingPrefix][]): CircuitsOfPrefixesAtMoment => ({
  seen: new Set(['gw']),
  carriers: new Map(all.map(([prefix, own]) => [`gw ${prefix}`, own])),
})
const before = carried(['10.1.0.0/16', by('lon')], ['10.2.0.0/16', by('lon')], ['10.3.0.0/16', by('lon')])
const moved = carried(['10.1.0.0/16', by('ams')], ['10.2.0.0/16', by('ams')])
const facts = (own: Partial<DrillMeasurementInput> = {}): DrillMeasurementInput => ({
  from: FROM,
  to: TO,
  now: TO + 60_000,
  scopes: ['lon'],
  events: held,
  unseen: new Set(),
  changes: [],
  during: moved,
  after: before,
  ...own,
})
const results = (own: Partial<DrillMeasurementInput> = {}) =>
  measureDrillEffects(marks, facts(own))
    .map(({ result }) => result[0])
    .join('')
/** Returns the result of one mark. */
const resultOf = (id: ExpectedDrillEffect['id'], own: Partial<DrillMeasurementInput> = {}) =>
  measureDrillEffects(marks, facts(own))[marks.findIndex((mark) => mark.id.startsWith(id))]

describe('the record of a drill', () => {
  it('passes where all of it was observed', () => {
    expect(results()).toBe('pppppppp')
    expect(resultOf('path_lost')).toMatchObject({ observedBetween: at(60_000) })
    expect(resultOf('within')).toMatchObject({ duration: { minMs: 10_000, maxMs: 20_000 } })
    expect(resultOf('returned')).toMatchObject({ observedBetween: at(600_000) })
  })

  it.each<[string, ExpectedDrillEffect['id'], Partial<DrillMeasurementInput>, string, RegExp]>([
    [
      'a path that stayed',
      'path_lost',
      { events: held.slice(1).filter(({ kind }) => kind !== 'circuit_down') },
      'fail',
      /not lost/,
    ],
    ['a path of a circuit that was down as a whole', 'path_lost', { events: held.slice(2) }, 'pass', /down/],
    ['a session that stayed up', 'session_lost', { events: held.slice(0, 3) }, 'fail', /stayed up/],
    ['one that was not polled', 'session_lost', { events: [], unseen: new Set(['gw']) }, 'unknown', /not polled/],
    ['one that is not down yet', 'session_lost', { events: [], now: FROM + 1 }, 'waiting', /not yet/],
    [
      'prefixes that moved elsewhere',
      'prefixes',
      { during: carried(['10.1.0.0/16', by('ams')], ['10.2.0.0/16', by('fra')]) },
      'fail',
      /1 of 2.*10\.2\.0\.0/,
    ],
    [
      'prefixes of a table that was not seen',
      'prefixes',
      { during: { ...moved, seen: new Set() } },
      'unknown',
      /table/,
    ],
    ['prefixes when nothing was lost', 'prefixes', { events: [], during: null }, 'fail', /nothing was lost/],
    [
      'what was to strand and did not',
      'prefixes:gw:stranded',
      { during: carried(['10.3.0.0/16', by('ams')]) },
      'fail',
      /0 of 1/,
    ],
    [
      'a failover that took longer',
      'within',
      { events: [{ ...held[4]!, moved: { minMs: 61_000, maxMs: 90_000 } }] },
      'fail',
      /longer/,
    ],
    [
      'one that may have',
      'within',
      { events: [{ ...held[4]!, moved: { minMs: 50_000, maxMs: 90_000 } }] },
      'unknown',
      /too wide/,
    ],
    ['one whose length is not known', 'within', { events: [{ ...held[4]!, moved: null }] }, 'unknown', /how long/],
    [
      'another loss',
      'nothing_else',
      { events: [...held, event('session_down', 'gw', '10.0.4.13~10.0.4.4')] },
      'fail',
      /10\.0\.4\.13/,
    ],
    [
      'another loss somewhere else',
      'nothing_else',
      { events: [...held, event('session_down', 'other', 'a~b')] },
      'pass',
      /nothing/,
    ],
    [
      'a site without a path, as predicted',
      'nothing_else',
      { events: [...held, event('no_path', 'gw', 'London')] },
      'pass',
      /nothing/,
    ],
    ['nothing else, half of it unseen', 'nothing_else', { unseen: new Set(['ams']) }, 'unknown', /not everything/],
    ['what is still down at the end', 'returned', { events: [{ ...held[0]!, ended: null }] }, 'fail', /went on/],
    [
      'what came back about the end',
      'returned',
      { events: [{ ...held[0]!, ended: { earliest: TO - 1, latest: TO + 1 } }] },
      'unknown',
      /about when/,
    ],
    ['prefixes that are carried otherwise after', 'returned', { after: moved }, 'fail', /3 prefixes/],
    ['tables that were not seen after', 'returned', { after: { ...before, seen: new Set() } }, 'unknown', /table/],
  ])('%s', (_, id, own, result, observed) => {
    expect(resultOf(id, own)).toMatchObject({ result, observed: expect.stringMatching(observed) })
  })
})

describe('the moment at which tables are compared', () => {
  const momentOf = (events: DrillEventFields[], now = TO + 60_000) =>
    findCertainLossMoment({ ...facts({ events }), now }, marks)
  it('is just before the first of the losses may have ended', () => {
    expect(momentOf(held)).toBe(FROM + 600_000 - 1_000)
  })
  it('is now while they go on', () => {
    expect(
      momentOf(
        held.map((one) => ({ ...one, ended: null })),
        FROM + 120_000,
      ),
    ).toBe(FROM + 119_000)
  })
  it.each<[string, DrillEventFields[]]>([
    ['nothing was lost', []],
    ['it is not certain that all was lost at once', [{ ...held[0]!, ended: at(61_000) }]],
    ['it was something else', [event('path_down', 'fra', 'AzurePrivatePeering/primary')]],
  ])('is not known where %s', (_, events) => expect(momentOf(events)).toBeNull())
})

describe('the verdict', () => {
  const verdict = (text: string, own: object = {}) =>
    determineFailoverDrillVerdict(
      marks,
      [...text].map((one) => ({ result: ({ p: 'pass', f: 'fail', u: 'unknown', w: 'waiting' } as const)[one as 'p'] })),
      { from: FROM, to: TO, now: TO + 1, isCancelled: false, ...own },
    )
  it.each([
    ['pppppppp', {}, 'pass'],
    ['pppppupp', {}, 'unknown'],
    ['pppfpupp', {}, 'fail'],
    ['fffffupp', {}, 'not_held'],
    ['pppppppp', { now: TO - 1 }, 'waiting'],
    ['pppppppp', { isCancelled: true }, 'cancelled'],
  ])('of %s %o is %s', (text, own, expected) => expect(verdict(text, own)).toBe(expected))
})
