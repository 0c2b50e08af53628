import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../model/settings.ts'
import type { CounterPollSample, ByteCountersMemory } from '../../model/traffic-memory.ts'
import { getCounterCacheMs, addCounterPoll } from './counters.ts'
import type { SamplePair } from '../../model/traffic.ts'

/**
 * Returns pairs of answers one minute apart with these values of the primary path's counter of inbound bytes; a tuple
 * contains both directions.
 */
function pairsOf(shown: readonly (string | null)[], everyMs = MS_PER_MINUTE) {
  let memory: ByteCountersMemory | null = null
  const pairs: (SamplePair | undefined)[] = []
  for (const [i, bytes] of shown.entries()) {
    const startedAt = i * everyMs
    const answer: CounterPollSample = {
      startedAt,
      finishedAt: startedAt + 2_000,
      paths: { primary: { in: bytes, out: bytes } },
    }
    const taken = addCounterPoll(memory, answer, defaultSettings)
    memory = taken.memory
    pairs.push(taken.pairs.primary)
  }
  return { memory, pairs }
}

const growing = (count: number, step = 7_500_000) => Array.from({ length: count }, (_, i) => String(i * step))

describe('addCounterPoll', () => {
  it('makes a rate of every two answers, within the first request and the second end', () => {
    const { pairs } = pairsOf(growing(3))
    expect(pairs).toEqual([
      undefined,
      { earliest: 0, latest: 62_000, lengthMs: 60_000, in: 1_000_000, out: 1_000_000 },
      { earliest: 60_000, latest: 122_000, lengthMs: 60_000, in: 1_000_000, out: 1_000_000 },
    ])
  })

  it.each([
    ['a counter that fell', ['1000', '500']],
    ['a value that was not reported', ['1000', null]],
    ['no value before', [null, '1000']],
  ])('knows no rate after %s', (_, shown) => {
    expect(pairsOf(shown).pairs[1]).toMatchObject({ in: null, out: null })
  })

  it('takes equal answers for silence while counters were always fresh', () => {
    const { pairs } = pairsOf(['0', '7500000', '7500000', '7500000'])
    expect(pairs.slice(2)).toMatchObject([{ in: 0 }, { in: 0 }])
  })

  it('learns how long answers are cached, and then spreads a jump over that time', () => {
    // Azure refreshes these counters every five minutes
    const cached = Array.from({ length: 21 }, (_, i) => String(Math.floor(i / 5) * 5 * 7_500_000))
    const { memory, pairs } = pairsOf(cached)
    expect(getCounterCacheMs(memory)).toBe(5 * MS_PER_MINUTE)
    const later = pairs.slice(6)
    expect(later.filter((pair) => pair !== undefined)).toMatchObject([
      { lengthMs: 5 * MS_PER_MINUTE, in: 1_000_000 },
      { lengthMs: 5 * MS_PER_MINUTE, in: 1_000_000 },
      { lengthMs: 5 * MS_PER_MINUTE, in: 1_000_000 },
    ])
  })

  it('believes silence again after twice that time', () => {
    const cached = Array.from({ length: 11 }, (_, i) => String(Math.floor(i / 5) * 5 * 7_500_000))
    const still = Array.from({ length: 14 }, () => String(2 * 5 * 7_500_000))
    const { pairs } = pairsOf([...cached, ...still])
    const silent = pairs.slice(11).flatMap((pair, i) => (pair ? [{ minutes: i + 1, bps: pair.in }] : []))
    expect(silent[0]).toEqual({ minutes: 11, bps: 0 })
    expect(silent).toHaveLength(4)
  })

  it('does not take a long silence for a cache', () => {
    const silence = Array.from({ length: 20 }, () => '7500000')
    const { memory } = pairsOf(['0', '7500000', ...silence, '15000000'])
    expect(getCounterCacheMs(memory)).toBe(0)
  })
})
