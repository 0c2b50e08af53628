import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { findLearnedSites } from './learned-sites.ts'
import { updateLearnedSites } from './site-learning.ts'
import type { SiteLearningState } from '../../../model/site-memory.ts'

const NO_SNAPSHOT: SiteLearningState = { snapshotAt: 0, known: [], moving: [] }

const by = (...circuits: string[]) => ({
  circuits,
  confidence: 'certain' as const,
  entries: circuits.map((circuit) => `gw ${circuit}`),
})
/** Returns a reach over neighbors without a known circuit. */
const unmapped = (...neighbors: string[]) => ({ circuits: [], confidence: 'certain' as const, entries: neighbors })

type Snapshot = Record<string, ReturnType<typeof by>>
const after = (snapshots: readonly (readonly [at: number, reached: Snapshot])[]) =>
  snapshots.reduce(
    (memory, [at, reached]) => updateLearnedSites(memory, new Map(Object.entries(reached)), at, defaultSettings),
    NO_SNAPSHOT,
  )
const homesIn = ({ known }: SiteLearningState) =>
  Object.fromEntries(known.flatMap(({ circuits, prefixes }) => prefixes.map((prefix) => [prefix, circuits.join('+')])))

const lon = { '10.0.0.0/16': by('lon') }
const settled: [number, Snapshot][] = [
  [0, lon],
  [MS_PER_DAY, lon],
]

describe('prefixes are learned to belong where they are reached', () => {
  it.each<[name: string, snapshots: [number, Snapshot][], homes: Record<string, string>]>([
    [
      'not before the learning time is over',
      [
        [0, lon],
        [MS_PER_DAY - 1, lon],
      ],
      {},
    ],
    ['once it is', settled, { '10.0.0.0/16': 'lon' }],
    [
      'again where they were elsewhere in between',
      [
        [0, lon],
        [MS_PER_HOUR, { '10.0.0.0/16': by('ams') }],
        [MS_PER_DAY, lon],
      ],
      {},
    ],
    [
      'and stay there while they are elsewhere for an hour',
      [
        ...settled,
        [MS_PER_DAY + MS_PER_HOUR, { '10.0.0.0/16': by('ams') }],
        [MS_PER_DAY + 2 * MS_PER_HOUR, lon],
        [9 * MS_PER_DAY, lon],
      ],
      { '10.0.0.0/16': 'lon' },
    ],
    [
      'and move with them for good',
      [...settled, [2 * MS_PER_DAY, { '10.0.0.0/16': by('ams') }], [3 * MS_PER_DAY, { '10.0.0.0/16': by('ams') }]],
      { '10.0.0.0/16': 'ams' },
    ],
    [
      'and stay while they have no path',
      [...settled, [2 * MS_PER_DAY, {}], [8 * MS_PER_DAY, {}]],
      { '10.0.0.0/16': 'lon' },
    ],
    ['until that has lasted', [...settled, [2 * MS_PER_DAY, {}], [9 * MS_PER_DAY, {}]], {}],
    [
      'and are waited for again once they had one',
      [
        ...settled,
        [2 * MS_PER_DAY, {}],
        [8 * MS_PER_DAY, lon],
        [8 * MS_PER_DAY + MS_PER_HOUR, {}],
        [10 * MS_PER_DAY, {}],
      ],
      { '10.0.0.0/16': 'lon' },
    ],
    [
      'whichever neighbors of the circuit report them',
      [
        ...settled,
        [MS_PER_DAY + MS_PER_HOUR, { '10.0.0.0/16': { ...by('lon'), entries: ['gw other'] } }],
        [3 * MS_PER_DAY, lon],
      ],
      { '10.0.0.0/16': 'lon' },
    ],
    [
      'although the neighbors were not known yet at the first poll',
      [
        [0, { '10.0.0.0/16': unmapped('gw lon') }],
        [MS_PER_DAY, lon],
      ],
      { '10.0.0.0/16': 'lon' },
    ],
    [
      'although they are not known any more',
      [...settled, [2 * MS_PER_DAY, { '10.0.0.0/16': unmapped('gw lon') }]],
      { '10.0.0.0/16': 'lon' },
    ],
  ])('%s', (_, snapshots, homes) => {
    expect(homesIn(after(snapshots))).toEqual(homes)
  })

  it('what belongs together stays one group while a part of it has no path', () => {
    const two = { '10.0.0.0/16': by('lon'), '10.1.0.0/16': by('lon') }
    const { known } = after([
      [0, two],
      [MS_PER_DAY, two],
      [MS_PER_DAY + MS_PER_HOUR, lon],
    ])
    expect(known).toEqual([{ ...by('lon'), prefixes: ['10.0.0.0/16', '10.1.0.0/16'] }])
  })

  it('whatever happens in less than the learning time changes nothing of what is known', () => {
    const reach = fc.constantFrom(by('lon'), by('ams'), by('ams', 'lon'), unmapped('gw x'), null)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: MS_PER_DAY - 1 }), reach), { maxLength: 20 }),
        (moves) => {
          const snapshots = moves
            .toSorted(([a], [b]) => a - b)
            .map(([at, to]): [number, Snapshot] => [MS_PER_DAY + at, to ? { '10.0.0.0/16': to } : {}])
          expect(homesIn(after([...settled, ...snapshots]))).toEqual({ '10.0.0.0/16': 'lon' })
        },
      ),
    )
  })

  it('keeps every prefix once, and says the same of the same snapshots in any order of prefixes', () => {
    const prefixes = ['10.0.0.0/16', '10.1.0.0/16', '10.2.0.0/16']
    const snapshot = fc.dictionary(
      fc.constantFrom(...prefixes),
      fc.constantFrom(by('lon'), by('ams'), unmapped('gw x')),
    )
    fc.assert(
      fc.property(fc.array(snapshot, { maxLength: 8 }), (all) => {
        const snapshots = all.map((reached, n): [number, Snapshot] => [n * 15 * MS_PER_HOUR, reached])
        const memory = after(snapshots)
        const known = memory.known.flatMap((group) => group.prefixes)
        const moving = memory.moving.flatMap((group) => group.prefixes)
        expect(new Set(known).size).toBe(known.length)
        expect(new Set(moving).size).toBe(moving.length)
        const turned = snapshots.map(([at, reached]): [number, Snapshot] => [
          at,
          Object.fromEntries(Object.entries(reached).toReversed()),
        ])
        expect(after(turned)).toEqual(memory)
      }),
    )
  })
})

describe('learned sites', () => {
  const circuits = [
    { scope: 'lon', name: 'ckt-lon', provider: 'Colt', location: 'London' },
    { scope: 'lon2', name: 'ckt-lon2', provider: 'Colt', location: 'London' },
    { scope: 'ams', name: 'ckt-ams', provider: 'Equinix', location: 'Amsterdam' },
    { scope: 'port', name: 'ckt-port', provider: null, location: null },
  ]
  const group = (prefix: string, ...homes: string[]) => ({ ...by(...homes), prefixes: [prefix] })

  it.each([
    ['one place', [group('10.0.0.0/16', 'lon')], ['learned: London / Colt']],
    [
      'two circuits of one place',
      [group('10.0.0.0/16', 'lon'), group('10.1.0.0/16', 'lon2')],
      ['learned: London / Colt'],
    ],
    [
      'equal paths over two places',
      [group('10.0.0.0/16', 'ams', 'lon')],
      ['learned: Amsterdam / Equinix + London / Colt'],
    ],
    [
      'two places',
      [group('10.0.0.0/16', 'ams'), group('10.1.0.0/16', 'lon')],
      ['learned: Amsterdam / Equinix', 'learned: London / Colt'],
    ],
    ['a circuit without a place', [group('10.0.0.0/16', 'port')], ['learned: ckt-port']],
    ['a circuit that is gone', [group('10.0.0.0/16', 'gone')], []],
    ['a neighbor that nobody knows', [group('10.0.0.0/16')], []],
    ['declared space', [group('10.9.1.0/24', 'ams')], []],
  ])('of %s', (_, known, names) => {
    expect(findLearnedSites({ known }, circuits, ['10.9.0.0/16']).map(({ name }) => name)).toEqual(names)
  })

  it('are as sure as the least sure of their neighbors', () => {
    const known = [group('10.0.0.0/16', 'lon'), { ...group('10.1.0.0/16', 'lon2'), confidence: 'inferred' as const }]
    expect(findLearnedSites({ known }, circuits, [])).toEqual([
      {
        name: 'learned: London / Colt',
        prefixes: ['10.0.0.0/16', '10.1.0.0/16'],
        circuits: ['lon', 'lon2'],
        confidence: 'inferred',
      },
    ])
  })
})
