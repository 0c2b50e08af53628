import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeSessionStrips, buildSessionStrip, type StripSegment, formatSessionStateStrip } from './state-strip.ts'

const at = (minute: number) => new Date(minute * 60_000).toISOString()
const window = { from: 0, to: 100 * 60_000 }
const interval = (state: 'established' | 'idle' | 'unknown', from: [number, number], to: [number, number] | null) => ({
  state,
  known: 'observed' as const,
  from: [at(from[0]), at(from[1])] as [string, string],
  to: to && ([at(to[0]), at(to[1])] as [string, string]),
})
const gap = (from: number, to: number) => ({ from: from * 60_000, to: to * 60_000 })
const written = (parts: StripSegment[]) => parts.map(({ from, to, tone }) => `${from / 60_000}-${to / 60_000} ${tone}`)

describe('a session’s strip', () => {
  it.each([
    ['nothing is known', [], [], ['0-100 unknown']],
    ['it was up before and still is', [interval('established', [-90, -80], null)], [], ['0-100 up']],
    [
      'it went down and came back, each between two polls',
      [
        interval('established', [-90, -80], [10, 12]),
        interval('idle', [10, 12], [30, 33]),
        interval('established', [30, 33], null),
      ],
      [],
      ['0-10 up', '10-12 unknown', '12-30 down', '30-33 unknown', '33-100 up'],
    ],
    [
      'Azure’s word said neither up nor down',
      [
        interval('established', [-90, -80], [10, 10]),
        interval('unknown', [10, 10], [30, 30]),
        interval('established', [30, 30], null),
      ],
      [],
      ['0-10 up', '10-30 unknown', '30-100 up'],
    ],
    [
      'nobody polled for a while',
      [interval('established', [-90, -80], null)],
      [gap(40, 60)],
      ['0-40 up', '40-60 unknown', '60-100 up'],
    ],
  ])('%s', (_, intervals, gaps, expected) => {
    expect(written(buildSessionStrip(intervals, gaps, window))).toEqual(expected)
  })
})

const part = fc.record({ tone: fc.constantFrom('up', 'down', 'unknown'), length: fc.integer({ min: 1, max: 40 }) })
const strip = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => {
  let from = 0
  return parts.map(({ tone, length }, index): StripSegment => {
    const to = index === parts.length - 1 ? window.to : Math.min(window.to, from + length * 60_000)
    const made = { from, to, tone: tone as StripSegment['tone'] }
    from = to
    return made
  })
})

it('a strip of several covers the window without a gap, and is up only where all are', () => {
  fc.assert(
    fc.property(fc.array(strip, { minLength: 1, maxLength: 4 }), fc.nat(window.to - 1), (strips, moment) => {
      const merged = mergeSessionStrips(strips, window)
      expect([merged[0]?.from, merged.at(-1)?.to]).toEqual([window.from, window.to])
      for (const [index, one] of merged.entries()) if (index > 0) expect(one.from).toBe(merged[index - 1]?.to)
      const toneAt = (parts: readonly StripSegment[]) =>
        parts.find(({ from, to }) => moment >= from && moment < to)?.tone
      const tones = strips.map(toneAt)
      expect(toneAt(merged) === 'up').toBe(tones.every((tone) => tone === 'up'))
      expect(toneAt(merged) === 'down').toBe(tones.every((tone) => tone === 'down'))
      expect(toneAt(merged) === 'degraded').toBe(tones.includes('down') && !tones.every((tone) => tone === 'down'))
    }),
  )
})

it.each([
  [[], 'no data'],
  [[{ from: 0, to: 100, tone: 'up' }], 'up 100 %'],
  [
    [
      { from: 0, to: 50, tone: 'up' },
      { from: 50, to: 75, tone: 'down' },
      { from: 75, to: 100, tone: 'unknown' },
    ],
    'up 50.0 %, down once, unknown 25.0 %',
  ],
] as [StripSegment[], string][])('%j in words', (parts, words) => {
  expect(formatSessionStateStrip(parts)).toBe(words)
})
