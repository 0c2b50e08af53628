import { describe, expect, it } from 'vitest'
import type { Overview } from '#lib/overview/api/index.ts'
import { getLastNightMoment } from '../format/last-night.ts'
import { testMapCircuit } from '../map/testing.ts'
import { hasNothingToShow, findLeastUsedUnlimited, getMonthStart, computeOnePathShare } from './starting-points.ts'

it.each([
  ['2026-11-20T03:12:00.000Z', '2026-11-20T03:12:00.000Z'],
  ['2026-11-20T03:11:59.999Z', '2026-11-19T03:12:00.000Z'],
  ['2026-03-01T01:00:00.000Z', '2026-02-28T03:12:00.000Z'],
])('at %s the last 03:12 was %s', (now, night) => {
  expect(new Date(getLastNightMoment(Date.parse(now))).toISOString()).toBe(night)
})

it('a billing month begins at midnight UTC of its first day', () => {
  expect(new Date(getMonthStart(Date.parse('2026-12-31T23:59:59.999Z'))).toISOString()).toBe('2026-12-01T00:00:00.000Z')
})

describe('the unlimited circuit that carries least', () => {
  const unlimited = (name: string, bandwidthMbps: number) =>
    testMapCircuit(name, { family: 'UnlimitedData', bandwidthMbps })
  it('is measured against its own bandwidth', () => {
    expect(
      findLeastUsedUnlimited([unlimited('small', 50), unlimited('big', 10_000), testMapCircuit('metered')])?.name,
    ).toBe('big')
  })

  it('is none where every circuit is metered', () => {
    expect(findLeastUsedUnlimited([testMapCircuit('metered')])).toBeNull()
  })

  it('comes after those of which more is known', () => {
    const unknown = unlimited('unknown', 10_000)
    for (const path of unknown.paths) path.bitsOutPerSecond = null
    expect(findLeastUsedUnlimited([unknown, unlimited('known', 50)])?.name).toBe('known')
  })
})

it.each([
  // 10^9 bit/s for an hour = 4.5 * 10^11 bytes
  { bytes: '450000000000', seconds: 3600, mbps: 1000, share: 1 },
  { bytes: '45000000000', seconds: 3600, mbps: 1000, share: 0.1 },
  { bytes: '0', seconds: 60, mbps: 50, share: 0 },
  { bytes: '1', seconds: 0, mbps: 50, share: null },
  { bytes: '1', seconds: 60, mbps: null, share: null },
])('$bytes bytes in $seconds s are a share of $share of $mbps Mb/s', ({ bytes, seconds, mbps, share }) => {
  expect(computeOnePathShare(bytes, seconds, mbps)).toBe(share)
})

it('there are places to start while nothing is open and nothing wrong', () => {
  const calm = { worstFirst: [], incidents: { counts: {}, recovered: 0, planned: 0, open: [], closed: [] } }
  const problem = { worstFirst: [{}] } as unknown as Pick<Overview, 'worstFirst'>
  const incident = { incidents: { ...calm.incidents, closed: [], open: [{}] } } as unknown as Pick<
    Overview,
    'incidents'
  >
  expect([calm, { ...calm, ...problem }, { ...calm, ...incident }].map(hasNothingToShow)).toEqual([true, false, false])
})
