import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UnpolledInterval } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { testMinuteIso, testEvent } from '../incidents/testing.ts'
import { layOutTimelineBar, layOutTimeline } from '../charts/state-timeline/chart-layout.ts'
import {
  getMarkCertaintyAt,
  assignTimelineRows,
  type TimelineMark,
  listTimelineStatesAt,
  limitMarksToPolledTime,
} from '../charts/state-timeline/timeline-tracks.ts'
import { drawTimelineAsText } from '../charts/state-timeline/text-picture.ts'
import { buildConfigurationTrack, buildMaintenanceTrack } from './context-tracks.ts'
import { buildCombinedEventsTrack, buildEventTracks } from './event-tracks.ts'

const T = Date.parse(testMinuteIso(0))

const mark = (
  from: readonly [number, number],
  to: readonly [number, number] | null,
  isPoint = false,
): TimelineMark => ({
  key: `${from}`,
  ink: 'down',
  word: 'DOWN',
  title: '',
  from,
  to,
  isPoint,
  row: 0,
})

describe('tracks', () => {
  const tracks = buildEventTracks(
    [
      testEvent({ id: 's', kind: 'session_down', scope: 'g1', scopeName: 'ergw', subject: '10.0.4.12~10.0.4.4' }),
      testEvent({ id: 'p', kind: 'path_down' }),
      testEvent({
        id: 'u',
        kind: 'session_up',
        scope: 'g1',
        scopeName: 'ergw',
        subject: '10.0.4.12~10.0.4.4',
        startedBetween: [testMinuteIso(8), testMinuteIso(9)],
        endedBetween: [testMinuteIso(8), testMinuteIso(9)],
      }),
      testEvent({ id: 'c', kind: 'circuit_down', subject: 'AzurePrivatePeering' }),
      testEvent({ id: 'r', kind: 'redundancy_lost', subject: 'AzurePrivatePeering' }),
    ],
    [
      { scope: 'g1', kind: 'peers', from: testMinuteIso(4), to: testMinuteIso(5), outcome: 'timeout' },
      { scope: 'g1', kind: 'learned', from: testMinuteIso(4), to: testMinuteIso(5), outcome: 'timeout' },
    ],
    testMinuteIso(10),
  )
  it('are one for each resource, larger ones above, with their gaps', () => {
    expect(tracks.map(({ name, part, unseen }) => `${name} ${part} ${unseen.length}`)).toEqual([
      'ckt-lon private peering 0',
      'ckt-lon private peering, primary 0',
      'ergw 10.0.4.12 ↔ 10.0.4.4 1',
    ])
  })
  it('have as many lines as there is at once, and moments take none', () => {
    expect(tracks.map(({ rows }) => rows)).toEqual([2, 1, 1])
    expect(tracks[2]?.marks.map(({ isPoint, row }) => (isPoint ? 'point' : row)).toSorted()).toEqual([0, 'point'])
  })
  it('say what was so at a moment, and how sure that is', () => {
    const said = (minutes: number) =>
      listTimelineStatesAt(tracks, T + minutes * MS_PER_MINUTE).map(({ words }) => words)
    expect(said(0)).toEqual([])
    expect(said(1.5)[1]).toBe('possibly PATH DOWN')
    expect(said(4.5)).toEqual([
      'PEERING DOWN, REDUNDANCY LOST',
      'PATH DOWN',
      'SESSION DOWN, not polled: Azure did not answer in time',
    ])
    expect(said(9.5)).toEqual([])
  })
})

it.each([
  ['before it', 5, null],
  ['where it may have begun', 15, 'possible'],
  ['in the midst', 25, 'certain'],
  ['where it may have ended', 35, 'possible'],
  ['after it', 45, null],
] as const)('%s a interval is %s', (_, at, expected) => {
  expect(getMarkCertaintyAt(mark([10, 20], [30, 40]), at)).toBe(expected)
})

describe('a gap in polls', () => {
  const drawn = (one: TimelineMark, ...gaps: [number, number][]) =>
    limitMarksToPolledTime(
      [one],
      gaps.map(([from, to]) => ({ from, to })),
    ).map(({ from, to }) => [...from, ...(to ?? [])])
  it.each<[string, TimelineMark, [number, number][], number[][]]>([
    ['beside it changes nothing', mark([10, 20], [50, 60]), [[60, 90]], [[10, 20, 50, 60]]],
    [
      'in what was lost leaves it possible there',
      mark([10, 20], [50, 60]),
      [[30, 40]],
      [
        [10, 20, 30, 40],
        [40, 40, 50, 60],
      ],
    ],
    ['over all of it, too', mark([10, 20], [50, 60]), [[15, 55]], [[10, 60, 60, 60]]],
    ['at its end is part of its bounds', mark([10, 20], [50, 60]), [[45, 55]], [[10, 20, 45, 60]]],
    [
      'leaves what goes on after it certain',
      mark([10, 20], null),
      [[30, 40]],
      [
        [10, 20, 30, 40],
        [40, 40],
      ],
    ],
    [
      'is no line of what is well',
      { ...mark([10, 20], [50, 60]), isQuiet: true },
      [[30, 40]],
      [
        [10, 20, 30, 30],
        [40, 40, 50, 60],
      ],
    ],
    ['over all of what is well leaves nothing', { ...mark([10, 20], [50, 60]), isQuiet: true }, [[15, 55]], []],
  ])('%s', (_, one, gaps, expected) => {
    expect(drawn(one, ...gaps)).toEqual(expected)
  })
})

it('marks that touch the same time never stand on the same line', () => {
  const interval = fc
    .tuple(fc.nat(100), fc.nat(30), fc.nat(30), fc.nat(30))
    .map(([a, b, c, d]) => mark([a, a + b], [a + b + c, a + b + c + d + 1]))
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 20 }), (marks) => {
      for (const own of Map.groupBy(assignTimelineRows(marks), ({ row }) => row).values()) {
        const ordered = own.toSorted((a, b) => a.from[0] - b.from[0])
        for (const [i, next] of ordered.slice(1).entries())
          expect(next.from[0]).toBeGreaterThanOrEqual(ordered[i]?.to?.[1] ?? Number.NaN)
      }
    }),
  )
})

describe('a bar', () => {
  const window = { from: 0, to: 100 }
  it.each([
    [
      'with bounds at both ends',
      mark([10, 20], [60, 80]),
      { before: [10, 10], certain: [20, 40], after: [60, 20], isOpen: false },
    ],
    ['that goes on', mark([10, 20], null), { before: [10, 10], certain: [20, 70], after: null, isOpen: true }],
    [
      'of which nothing is certain',
      mark([10, 50], [30, 60]),
      { before: [10, 40], certain: null, after: [50, 10], isOpen: false },
    ],
    [
      'that begins out of sight',
      mark([-50, -20], [60, 60]),
      { before: null, certain: [0, 60], after: null, isOpen: false },
    ],
    ['of a moment', mark([10, 20], null, true), { before: [10, 10], certain: null, after: null, isOpen: false }],
  ])('%s', (_, drawn, expected) => {
    expect(layOutTimelineBar(drawn, window, 100, 90)).toEqual(expected)
  })
  it.each([
    ['before', mark([-30, -20], [-10, -5])],
    ['behind', mark([110, 120], null)],
  ])('%s what is shown is not drawn', (_, drawn) => {
    expect(layOutTimelineBar(drawn, window, 100, 90)).toBeNull()
  })
  it('that is very short is still seen', () => {
    expect(layOutTimelineBar(mark([50, 50], [50.001, 50.001]), window, 100, 90)?.certain).toEqual([50, 2])
    // a large screen shows the same, larger
    expect(layOutTimelineBar(mark([50, 50], [50.001, 50.001]), window, 100, 90, 2)?.certain).toEqual([50, 4])
  })
})

it('a chart has its names beside the tracks, or above them where it is narrow; nothing overlaps', () => {
  const track = { key: 'a', name: 'a', part: 'b', marks: [], rows: 3, unseen: [] }
  for (const width of [320, 1200]) {
    const { tracks, axisY, height, plot } = layOutTimeline([track, track], width, 1)
    const [first, second] = tracks
    expect(first && second && first.y + first.height).toBeLessThan(second?.y ?? 0)
    expect(second && second.y + second.height).toBeLessThanOrEqual(axisY)
    expect(height).toBeGreaterThan(axisY)
    expect(plot.x + plot.width).toBe(width)
  }
  expect(layOutTimeline([track], 320, 1).plot.x).toBe(0)
})

it('configuration stands on one track: changes within their bounds, entries of the log each once', () => {
  const entry = {
    id: 'e',
    correlationId: null,
    at: testMinuteIso(3),
    operation: 'Microsoft.Network/connections/write',
    status: 'Succeeded',
    resourceId: '/a',
    caller: 'ada',
  }
  const track = buildConfigurationTrack(
    [
      {
        scope: 'c',
        scopeName: 'cxn',
        resourceId: '/a',
        type: 'x',
        op: 'changed',
        seenBy: 'connection',
        fields: [{ path: '/weight', before: 0, after: 10 }],
        between: [testMinuteIso(2), testMinuteIso(4)],
        explainedBy: entry,
        azCommand: null,
      },
    ],
    [entry, entry],
  )
  expect(track?.marks.map(({ title }) => title)).toEqual(['cxn: weight', 'connections write by ada, succeeded'])
  expect(buildConfigurationTrack([], [])).toBeNull()
})

it('maintenance is shown that was declared for one of the resources, or for all, and overlaps the range', () => {
  const window = (id: string, scopes: string[], from: number) => ({
    id,
    title: id,
    from: testMinuteIso(from),
    to: testMinuteIso(from + 5),
    scopes,
    effect: 'expected' as const,
  })
  const track = buildMaintenanceTrack(
    [window('own', ['c1'], 0), window('all', [], 2), window('other', ['c2'], 0), window('later', [], 60)],
    new Set(['c1']),
    {
      from: T,
      to: T + 10 * MS_PER_MINUTE,
    },
  )
  expect(track?.marks.map(({ word }) => word)).toEqual(['own', 'all'])
})

it('a gap of another path or peering is not a gap of the track', () => {
  const gap = { scope: 'c1', kind: 'arp', from: testMinuteIso(1), to: testMinuteIso(4), outcome: 'timeout' } as const
  const gapsWith = (place: Partial<UnpolledInterval>) =>
    buildEventTracks([testEvent({ id: 'p', kind: 'path_down' })], [{ ...gap, ...place }], testMinuteIso(10)).map(
      ({ unseen }) => unseen.length,
    )
  expect(gapsWith({ peering: 'private', path: 'primary' })).toEqual([1])
  expect(gapsWith({ peering: 'private', path: 'secondary' })).toEqual([0])
  expect(gapsWith({ peering: 'microsoft', path: 'primary' })).toEqual([0])
})

it.each([
  ['since the last poll', 6, [6, 12]],
  ['since its start', 2, [2, 12]],
])('an event that nobody polls %s is only possible until the right edge', (_, lastPollMinute, hatched) => {
  const event = testEvent({
    id: 'p',
    kind: 'path_down',
    endedBetween: null,
    duration: null,
    notObserved: [{ from: testMinuteIso(lastPollMinute), to: testMinuteIso(10) }],
  })
  const window = { from: T, to: T + 12 * MS_PER_MINUTE }
  for (const track of [
    ...buildEventTracks([event], [], testMinuteIso(10)),
    buildCombinedEventsTrack([event], testMinuteIso(10)),
  ]) {
    const bars = (track?.marks ?? []).map((own) => layOutTimelineBar(own, window, 12, window.to))
    const [from = 0, to = 0] = hatched
    expect(bars).toMatchObject([{ after: [from, to - from], isOpen: false }])
    expect(bars[0]?.certain ?? null).toEqual(lastPollMinute > 2 ? [2, 4] : null)
  }
})

it('an event that no poll has confirmed since its start is only possible', () => {
  const event = testEvent({
    id: 'r',
    kind: 'router_session_down',
    endedBetween: null,
    duration: null,
    confirmedAt: testMinuteIso(2),
  })
  const window = { from: T, to: T + 12 * MS_PER_MINUTE }
  const marks = buildEventTracks([event], [], testMinuteIso(10)).flatMap((track) => track.marks)
  expect(marks.map((own) => layOutTimelineBar(own, window, 12, window.to))).toMatchObject([
    { certain: null, after: [2, 10], isOpen: false },
  ])
})

it('as text, tracks show what is certain, possible, a moment and not seen', () => {
  const tracks = buildEventTracks(
    [
      testEvent({ id: 'p', kind: 'path_down' }),
      testEvent({
        id: 'u',
        kind: 'session_up',
        subject: 'a~b',
        startedBetween: [testMinuteIso(5), testMinuteIso(5)],
        endedBetween: [testMinuteIso(5), testMinuteIso(5)],
      }),
    ],
    [{ scope: 'c1', kind: 'summary', from: testMinuteIso(9), to: testMinuteIso(10), outcome: 'timeout' }],
    testMinuteIso(10),
  )
  expect(drawTimelineAsText(tracks, { from: T, to: T + 10 * MS_PER_MINUTE })).toMatchInlineSnapshot(`
    "ckt-lon private peering, primary |......//////####################################//////??????|
    ckt-lon a ↔ b                    |..............................+.......................??????|
                                      2026-11-20 03:00:00                             03:10:00 UTC
    # certain   / possible   + event   ? no data"
  `)
})
