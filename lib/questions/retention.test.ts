import { describe, expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { MAX_MAPPING_ROUTE_AGE_MS } from '#lib/detection/index.ts'
import { EVIDENCE_RETENTION_MS } from '#lib/history/index.ts'
import { InvalidRequestError } from './errors.ts'
import { assertMomentWithinHistory, assertPastWithinHistory, resolveRangeWithinHistory } from './retention.ts'

const now = Date.UTC(2026, 10, 20)
const kept = 400 * MS_PER_DAY

describe('a moment beyond retention', () => {
  it('is refused with the first one that is kept', () => {
    expect(() => assertMomentWithinHistory('at', now - kept - 1, now, kept)).toThrow(
      'at: history is kept for 400d (RETAIN_HISTORY); send 2025-10-16T00:00:00.000Z or later',
    )
  })

  it.each([{ at: now - kept }, { at: now }, { at: now + MS_PER_DAY }, { at: undefined }])('is not $at', ({ at }) => {
    expect(() => assertMomentWithinHistory('at', at, now, kept)).not.toThrow()
  })
})

it('a moment to come is refused, but for clocks that are ahead', () => {
  expect(() => assertPastWithinHistory('at', now + MS_PER_DAY, now)).toThrow(
    'at: it lies in the future; send 2026-11-20T00:00:00.000Z or',
  )
  for (const at of [now + 30_000, now, undefined]) expect(() => assertPastWithinHistory('at', at, now)).not.toThrow()
})

describe('a range of what is kept', () => {
  it.each([
    { name: 'left to the clock', query: {}, from: now - MS_PER_DAY, to: now },
    {
      name: 'left to the clock, near the end of retention',
      query: { to: now - kept + 5 },
      from: now - kept,
      to: now - kept + 5,
    },
    { name: 'a moment', query: { from: now, to: now }, from: now, to: now },
  ])('$name', ({ query, from, to }) => {
    expect(resolveRangeWithinHistory(query, now, MS_PER_DAY, kept)).toMatchObject({ from, to })
  })

  it('on a later page is the one of the first, though it has aged', () => {
    const first = resolveRangeWithinHistory({ from: now - kept, to: now }, now, MS_PER_DAY, kept)
    const cursor = first.wrap('inner') ?? ''
    expect(
      resolveRangeWithinHistory({ from: now - kept, to: now, cursor }, now + 60_000, MS_PER_DAY, kept),
    ).toMatchObject({
      cursor: 'inner',
    })
  })

  it('is no wider for somebody who writes a cursor', () => {
    const cursor = Buffer.from(JSON.stringify([now - 2 * kept, now, 'inner'])).toString('base64url')
    expect(() => resolveRangeWithinHistory({ cursor }, now, MS_PER_DAY, kept)).toThrow(/^cursor: .*RETAIN_HISTORY/)
  })

  it.each([
    { name: 'begins too early', query: { from: now - kept - 1 }, says: /RETAIN_HISTORY/ },
    { name: 'ends too early', query: { to: now - kept - 1 }, says: /^to: .*RETAIN_HISTORY/ },
    {
      name: 'lies ahead',
      query: { from: now + MS_PER_DAY, to: now + 2 * MS_PER_DAY },
      says: /^from: it lies in the future/,
    },
    { name: 'begins after now, where it ends', query: { from: now + 1 }, says: /earlier from/ },
  ])('is refused where it $name', ({ query, says }) => {
    expect(() => resolveRangeWithinHistory(query, now, MS_PER_DAY, kept)).toThrow(InvalidRequestError)
    expect(() => resolveRangeWithinHistory(query, now, MS_PER_DAY, kept)).toThrow(says)
  })
})

it('keeps what the mapping of neighbors rests on as of the first moment of history', () => {
  expect(EVIDENCE_RETENTION_MS).toBeGreaterThanOrEqual(MAX_MAPPING_ROUTE_AGE_MS)
})
