import { describe, expect, it } from 'vitest'
import type { SessionStretch } from '#lib/contract/index.ts'
import { sessionLanes } from './session-lanes.ts'

const at = (time: string) => `2026-11-20T${time}:00.000Z`
const stretch = (
  state: SessionStretch['state'],
  from: string,
  to: string | null,
  neighbor = '10.0.4.4',
): SessionStretch => ({
  scope: 'g1',
  localAddress: '10.0.4.12',
  neighbor,
  path: null,
  state,
  azureState: null,
  from: [at(from), at(from)],
  to: to === null ? null : [at(to), at(to)],
  known: 'observed',
})
const lanesOf = (...stretches: SessionStretch[]) =>
  sessionLanes(stretches, [], (moment) => new Date(moment).toISOString())

describe('a lane', () => {
  it('stands for each session, in natural order', () => {
    const lanes = lanesOf(
      stretch('established', '01:00', null, '10.0.4.10'),
      stretch('established', '01:00', null, '10.0.4.5'),
    )
    expect(lanes.map(({ label }) => label)).toEqual(['10.0.4.12 ↔ 10.0.4.5', '10.0.4.12 ↔ 10.0.4.10'])
  })
  it('is quiet while the session was established', () => {
    const [lane] = lanesOf(stretch('established', '02:00', null), stretch('connect', '01:00', '02:00'))
    expect(lane?.segments.map(({ quiet }) => quiet)).toEqual([true, false])
    expect(lane?.marks).toEqual([])
    expect(lane?.description).toContain('1 times not established')
  })
  it('marks a restart that no poll saw as a loss', () => {
    const [lane] = lanesOf(stretch('established', '02:00', null), stretch('established', '01:00', '02:00'))
    expect(lane?.marks.map((mark) => mark.at)).toEqual([Date.parse(at('02:00'))])
  })
  it('is hatched where the peers were not seen, and not where only routes were not', () => {
    const gap = { scope: 'g1', from: at('03:00'), to: at('04:00'), outcome: 'timeout' as const }
    const [lane] = sessionLanes(
      [stretch('established', '01:00', null)],
      [
        { ...gap, kind: 'peers' },
        { ...gap, kind: 'learned' },
      ],
      String,
    )
    expect(lane?.unseen).toHaveLength(1)
  })
})
