import { describe, expect, it } from 'vitest'
import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { createTestSourceResponse } from '../sources/testing.ts'
import {
  findLastBurst,
  findLongestDetectionFloorSeconds,
  findUndetectedSince,
  formatTargetMeasurability,
  formatWatchRefusal,
} from './floor-text.ts'

const source = (
  kind: ApiPolledSource['kind'],
  floorSeconds: number | null,
  burst: ApiPolledSource['burst'] = null,
): ApiPolledSource => createTestSourceResponse({ kind, floorSeconds, burst })

describe('the floor of a resource', () => {
  it.each<[string, ApiPolledSource[], number | null]>([
    ['is the coarsest of what decides', [source('summary', 61), source('summary', 63), source('stats', 300)], 63],
    ['is not known while a part of it is not', [source('peers', 61), source('peers', null)], null],
    ['is not known where nothing decides', [source('stats', 61)], null],
  ])('%s', (_, sources, floor) => expect(findLongestDetectionFloorSeconds(sources)).toBe(floor))
})

describe('the time since which no outage is detected', () => {
  const polled = (kind: ApiPolledSource['kind'], state: ApiPolledSource['state'], minute: number | null) => ({
    kind,
    state,
    lastOkAt: minute === null ? null : `2026-11-20T03:0${minute}:00.000Z`,
  })
  it.each<[string, ReturnType<typeof polled>[], string | null]>([
    [
      'is that of the last poll',
      [polled('summary', 'stale', 1), polled('summary', 'stale', 2)],
      '2026-11-20T03:02:00.000Z',
    ],
    [
      'ignores polls that do not decide',
      [polled('peers', 'stale', 1), polled('stats', 'fresh', 9)],
      '2026-11-20T03:01:00.000Z',
    ],
    ['does not exist while a poll is recent', [polled('summary', 'stale', 1), polled('summary', 'late', 2)], null],
    ['is not known if no poll succeeded', [polled('peers', 'never', null)], null],
  ])('%s', (_, sources, since) => expect(findUndetectedSince(sources)).toBe(since))
})

describe('a target', () => {
  it.each<[number, string]>([
    [10, '20 s failover target: measurable.'],
    [10.1, '20 s failover target: not measurable here (≥ 41 s).'],
    [62, '20 s failover target: not measurable here (≥ 2 min 24 s).'],
  ])('at a floor of %s s', (floor, words) => expect(formatTargetMeasurability(floor)).toBe(words))
})

describe('what a watch could not do', () => {
  it.each([
    { polls: 4, rejectedPolls: 0, words: '' },
    { polls: 0, rejectedPolls: 0, words: 'Already polled at this rate.' },
    {
      polls: 1,
      rejectedPolls: 2,
      words: '2 polls not accelerated: the limit for fast polls of the subscription (burst.polls) is reached.',
    },
  ])('$polls faster, $rejectedPolls rejected', ({ words, ...watch }) => expect(formatWatchRefusal(watch)).toBe(words))
})

describe('the burst that is shown', () => {
  const burst = (reason: 'adverse' | 'watch', minute: number) => ({
    everySeconds: 10,
    until: `2026-11-20T03:0${minute}:00.000Z`,
    reason,
  })
  it('is the watch, and of these the one that ends last', () => {
    const sources = [
      source('peers', 1, burst('adverse', 9)),
      source('stats', 1, burst('watch', 2)),
      source('learned', 1, burst('watch', 4)),
    ]
    expect(findLastBurst(sources)).toEqual(burst('watch', 4))
    expect(findLastBurst([source('peers', 1)])).toBeNull()
  })
})
