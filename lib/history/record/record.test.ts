import { describe, expect, it } from 'vitest'
import { computeShortId } from '../store/short-id.ts'
import { findFieldChanges } from './json-diff.ts'
import {
  computeDetectionFloorMs,
  computeMaxGapFreeMs,
  computeGapIntervalMs,
  type PollPaceHistory,
  computePaceAfter,
  computeUsualIntervalMs,
} from './poll-pace.ts'
import {
  createProvenAbsenceOfInventory,
  type LastReadTimes,
  createProvenAbsence,
  updateLastReadTimes,
  updateInventoryLastReadTimes,
} from './poll-reading.ts'

const poll = (startedAt: number, outcome: 'ok' | 'incomplete' | 'timeout', ...silentInstances: string[]) => ({
  startedAt,
  finishedAt: startedAt + 1,
  outcome,
  silentInstances,
})

describe('when an instance was last read', () => {
  const after = (...polls: ReturnType<typeof poll>[]): LastReadTimes =>
    polls.reduce(updateLastReadTimes, { readAt: null, silentReadAt: {} } as LastReadTimes)
  it.each([
    { name: 'never, before the first poll', polls: [], a: null, b: null },
    { name: 'by a good poll', polls: [poll(1, 'ok')], a: 1, b: 1 },
    { name: 'not by one that failed', polls: [poll(1, 'ok'), poll(2, 'timeout')], a: 1, b: 1 },
    { name: 'not by one that is short for no known reason', polls: [poll(1, 'ok'), poll(2, 'incomplete')], a: 1, b: 1 },
    { name: 'by one in which another was silent', polls: [poll(1, 'ok'), poll(2, 'incomplete', 'b')], a: 2, b: 1 },
    {
      name: 'as long ago as it has been silent',
      polls: [poll(1, 'ok'), poll(2, 'incomplete', 'b'), poll(3, 'incomplete', 'b')],
      a: 3,
      b: 1,
    },
    {
      name: 'each in its turn',
      polls: [poll(1, 'ok'), poll(2, 'incomplete', 'b'), poll(3, 'incomplete', 'a')],
      a: 2,
      b: 3,
    },
    { name: 'both, once all report', polls: [poll(2, 'incomplete', 'b'), poll(3, 'ok')], a: 3, b: 3 },
    { name: 'never, when it was silent from the start', polls: [poll(1, 'incomplete', 'b')], a: 1, b: null },
  ])('$name', ({ polls, a, b }) => {
    const reading = createProvenAbsence(1, poll(9, 'ok'), after(...polls))
    expect([reading.lastRead('a'), reading.lastRead('b')]).toEqual([a, b])
  })

  it.each([
    { outcome: 'ok', silent: [], a: true, none: true },
    { outcome: 'incomplete', silent: [], a: false, none: false },
    { outcome: 'incomplete', silent: ['b'], a: true, none: false },
    { outcome: 'incomplete', silent: ['a'], a: false, none: false },
    { outcome: 'timeout', silent: [], a: false, none: false },
  ] as const)(
    '$outcome, silent $silent: absence is read for a: $a, for rows of no instance: $none',
    ({ outcome, silent, a, none }) => {
      const reading = createProvenAbsence(1, poll(1, outcome, ...silent), { readAt: null, silentReadAt: {} })
      expect([reading.readsAbsence('a'), reading.readsAbsence('')]).toEqual([a, none])
    },
  )
})

describe('an inventory', () => {
  const memory: LastReadTimes = { readAt: 1, silentReadAt: { a: 1, b: 1 } }
  it('was read whole by a good poll, and of each other one the types whose lists came to their ends', () => {
    expect(updateInventoryLastReadTimes(memory, poll(2, 'incomplete'), ['a'])).toEqual({
      readAt: 1,
      silentReadAt: { a: 2, b: 1 },
    })
    expect(updateInventoryLastReadTimes(memory, poll(2, 'ok'), ['a', 'b'])).toEqual({
      readAt: 2,
      silentReadAt: { a: 2, b: 2 },
    })
  })

  it('and other polls are dated by the clock that they name', () => {
    const clock = { machine: 'worker-1', bootedAt: 5 }
    expect(createProvenAbsence(1, { ...poll(2, 'ok'), clock }, memory).clock).toEqual(clock)
    expect(createProvenAbsenceOfInventory(1, { ...poll(2, 'ok'), clock }, memory, { listedTypes: [] }).clock).toEqual(
      clock,
    )
    expect(createProvenAbsence(1, poll(2, 'ok'), memory).clock).toBeNull()
  })
})

describe('the interval in force', () => {
  const paced = (starts: number[], durationMs: number): PollPaceHistory =>
    starts.reduce<PollPaceHistory>((pace, start) => computePaceAfter(pace, start, durationMs), {
      starts: [],
      durations: [],
    })
  it.each([
    { name: 'is the configured one at first', pace: paced([], 0), configured: 60_000, expected: 60_000 },
    {
      name: 'is the usual one where that is longer',
      pace: paced([0, 90_000, 180_000, 270_000], 10),
      configured: 60_000,
      expected: 90_000,
    },
    {
      name: 'is not moved by one long pause',
      pace: paced([0, 60_000, 120_000, 999_000], 10),
      configured: 60_000,
      expected: 60_000,
    },
    { name: 'is no shorter than the last call', pace: paced([0], 80_000), configured: 5_000, expected: 80_000 },
  ])('$name', ({ pace, configured, expected }) => expect(computeGapIntervalMs(pace, configured)).toBe(expected))

  it('is for freshness the usual one, though the last call was long', () => {
    const usual = paced([0, 1_000, 2_000, 3_000], 10)
    expect(computeUsualIntervalMs(computePaceAfter(usual, 4_000, 20_000), 1_000)).toBe(1_000)
    expect(computeUsualIntervalMs(computePaceAfter({ starts: [], durations: [] }, 0, 20_000), 1_000)).toBe(20_000)
    expect(computeUsualIntervalMs(paced([0, 20_000, 40_000], 20_000), 1_000)).toBe(20_000)
  })

  it('forgets what is older than twenty polls', () => {
    const starts = [
      ...Array.from({ length: 21 }, (_, i) => i * 90_000),
      ...Array.from({ length: 21 }, (_, i) => 9_000_000 + i * 1_000),
    ]
    expect(computeGapIntervalMs(paced(starts, 10), 1)).toBe(1_000)
  })

  it('makes a gap of half as much again, never under five seconds', () =>
    expect([computeMaxGapFreeMs(60_000), computeMaxGapFreeMs(1_000)]).toEqual([90_000, 5_000]))

  it('and the p95 of the call make the floor', () => {
    const pace: PollPaceHistory = { starts: [], durations: Array.from({ length: 20 }, (_, i) => (i + 1) * 100) }
    expect(computeDetectionFloorMs(pace, 60_000)).toBe(62_000)
  })
})

describe('fields that differ', () => {
  it.each([
    { name: 'nothing in equal values', before: { a: [1, { b: 2 }] }, after: { a: [1, { b: 2 }] }, paths: [] },
    { name: 'a value', before: { a: { b: 1 } }, after: { a: { b: 2 } }, paths: ['/a/b'] },
    { name: 'a member that came', before: {}, after: { a: 1 }, paths: ['/a'] },
    { name: 'null and absent are one', before: { a: null }, after: {}, paths: [] },
    { name: 'an empty list and absent are one', before: { a: [] }, after: {}, paths: [] },
    {
      name: 'names with slashes and tildes are escaped',
      before: { 'a/b~c': 1 },
      after: { 'a/b~c': 2 },
      paths: ['/a~1b~0c'],
    },
    {
      name: 'named elements are matched by name',
      before: [
        { name: 'x', v: 1 },
        { name: 'y', v: 1 },
      ],
      after: [
        { name: 'y', v: 2 },
        { name: 'x', v: 1 },
      ],
      paths: ['/y/v'],
    },
    { name: 'elements without names by their place', before: [1, 2], after: [2, 2], paths: ['/0'] },
    { name: 'another type is one difference', before: { a: [1] }, after: { a: { 0: 1 } }, paths: ['/a'] },
    { name: 'ARM ids regardless of capitals', before: '/subscriptions/A/x', after: '/Subscriptions/a/X', paths: [] },
    {
      name: 'elements without names by their ids, in any capitals',
      before: [{ id: 'A', v: 1 }],
      after: [{ id: 'a', v: 2 }],
      paths: ['/a/v'],
    },
    { name: 'an ARM id that went', before: { a: '/subscriptions/A' }, after: {}, paths: ['/a'] },
    { name: 'nothing in the place of an element', before: [null], after: [{ name: 'x' }], paths: ['/x'] },
    { name: 'words regardless of capitals', before: { s: 'Enabled' }, after: { s: 'enabled' }, paths: [] },
    { name: 'members regardless of capitals', before: { peerASN: 1 }, after: { peerAsn: 1 }, paths: [] },
    { name: 'a member as it is spelled now', before: { peerASN: 1 }, after: { peerAsn: 2 }, paths: ['/peerAsn'] },
    { name: 'tags with regard to them', before: { tags: { a: 'X' } }, after: { tags: { A: 'x' } }, paths: ['/tags/A'] },
    { name: 'sentences with regard to them', before: 'Ring Anna', after: 'ring anna', paths: [''] },
    { name: 'texts in any order', before: { zones: ['1', '2'] }, after: { zones: ['2', '1'] }, paths: [] },
    {
      name: 'texts whose order means something',
      before: { dnsServers: ['a', 'b'] },
      after: { dnsServers: ['b', 'a'] },
      paths: ['/dnsServers/0', '/dnsServers/1'],
    },
    { name: 'texts of which one is another', before: ['a', 'b'], after: ['b', 'c'], paths: ['/0', '/1'] },
  ])('$name', ({ before, after, paths }) =>
    expect(findFieldChanges(before, after).map(({ path }) => path)).toEqual(paths),
  )
})

describe('an ARM id', () => {
  it('has one short id in any capitals', () => {
    expect(computeShortId('/Subscriptions/A')).toBe(computeShortId('/subscriptions/a'))
    expect(computeShortId('/subscriptions/a')).toMatch(/^[a-z2-7]{10}$/)
    expect(computeShortId('/subscriptions/b')).not.toBe(computeShortId('/subscriptions/a'))
  })
})
