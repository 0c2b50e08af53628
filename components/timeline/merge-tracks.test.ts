import { describe, expect, it } from 'vitest'
import {
  type TimelineMark,
  listTimelineStatesAt,
  type TimelineTrack,
} from '../charts/state-timeline/timeline-tracks.ts'
import { formatSessionsUpShare } from './availability-text.ts'
import { mergeTimelineTracks, combineTimelineTracks } from './merge-tracks.ts'

const mark = (word: string, from: number, to: number, isQuiet = false): TimelineMark => ({
  key: `${word} ${from}`,
  ink: isQuiet ? 'up' : 'down',
  word,
  from: [from, from],
  to: [to, to],
  isPoint: false,
  isQuiet,
  row: 0,
  title: word,
})
const track = (part: string, marks: TimelineMark[]): TimelineTrack => ({
  key: part,
  name: 'CE – MSEE',
  part,
  marks,
  rows: 1,
  unseen: [{ from: 8, to: 9, why: 'timeout' }],
})
const both = [
  track('IPv4', [mark('UP', 0, 4, true), mark('DOWN', 4, 6)]),
  track('IPv6', [mark('UP', 0, 5, true), mark('DOWN', 5, 7)]),
]
const names = { key: 'lane', name: 'CE – MSEE', part: 'primary' }

describe('several sessions on one lane', () => {
  it('are one thin line while well, with each loss in sight, and one word at a moment', () => {
    const lane = mergeTimelineTracks(both, names)
    expect(lane.marks.map(({ word, row }) => [word, row])).toEqual([
      ['UP', 0],
      ['UP', 0],
      ['DOWN', 0],
      ['DOWN', 1],
    ])
    expect([lane.rows, lane.rowNames, lane.unseen.length]).toEqual([2, ['IPv4', 'IPv6'], 1])
    expect(listTimelineStatesAt([lane], 2).map(({ words }) => words)).toEqual(['UP'])
    expect(new Set(lane.marks.map(({ key }) => key)).size).toBe(4)
  })
  it('have named rows only for sessions with losses', () => {
    const lane = mergeTimelineTracks([track('IPv4', [mark('UP', 0, 9, true)]), ...both.slice(1)], names)
    expect([lane.rows, lane.rowNames]).toEqual([1, ['IPv6']])
  })
  it('share rows without names if many have losses', () => {
    const many = Array.from({ length: 9 }, (_, n) => track(`${n}`, [mark('DOWN', n, n + 1)]))
    const lane = mergeTimelineTracks(many, names)
    expect([lane.rows, lane.rowNames]).toEqual([1, undefined])
  })
  it('have a line each where they are few', () => {
    expect(combineTimelineTracks(both, names).marks.map(({ word, row }) => [word, row])).toEqual([
      ['UP', 0],
      ['DOWN', 0],
      ['UP', 1],
      ['DOWN', 1],
    ])
  })
})

describe('how much of a time sessions were up', () => {
  const seconds = (atLeastSeconds: number, atMostSeconds = atLeastSeconds) => ({ atLeastSeconds, atMostSeconds })
  const hour = { from: '2026-11-23T10:00:00.000Z', to: '2026-11-23T11:00:00.000Z' }
  it.each([
    ['up all the time', [seconds(3_600)], 0, '100 % up'],
    ['not polled for 36 min, up otherwise', [seconds(1_440)], 2_160, '100 % up, not polled 36 min 00 s'],
    [
      'not polled for half of it, and down for a minute of the rest',
      [seconds(1_710, 1_740)],
      1_800,
      '95 to 96.67 % up, not polled 30 min 00 s',
    ],
    ['never polled', [seconds(0)], 3_600, ''],
    ['down where it was polled', [seconds(0)], 3_000, 'never up, not polled 50 min 00 s'],
    ['of two the one that was up less', [seconds(3_600), seconds(1_800)], 0, '50 % up'],
  ])('%s', (_, ups, unknownSeconds, words) => {
    expect(
      formatSessionsUpShare(
        ups.map((up) => ({ ...hour, up, unknownSeconds }) as Parameters<typeof formatSessionsUpShare>[0][number]),
      ),
    ).toBe(words)
  })
})
