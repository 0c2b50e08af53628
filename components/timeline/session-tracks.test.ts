import { describe, expect, it } from 'vitest'
import type { SessionInterval } from '#lib/sessions/api/index.ts'
import { buildSessionTracks } from './session-tracks.ts'

const at = (time: string) => `2026-11-20T${time}:00.000Z`
const interval = (
  state: SessionInterval['state'],
  from: string,
  to: string | null,
  fields: Partial<SessionInterval> = {},
): SessionInterval => ({
  scope: 'g1',
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  peering: null,
  path: null,
  state,
  azureState: null,
  from: [at(from), at(from)],
  to: to === null ? null : [at(to), at(to)],
  known: 'observed',
  ...fields,
})
const named = ({ localAddress, neighbor }: Pick<SessionInterval, 'localAddress' | 'neighbor'>) => ({
  name: `${localAddress} ↔ ${neighbor}`,
  part: '',
})
const tracksOf = (...intervals: SessionInterval[]) => buildSessionTracks(intervals, [], named)

describe('a track', () => {
  it('stands for each session, in natural order, and leads to its page', () => {
    const tracks = tracksOf(
      interval('established', '01:00', null, { neighbor: '10.0.4.10' }),
      interval('established', '01:00', null, { neighbor: '10.0.4.5' }),
    )
    expect(tracks.map(({ name }) => name)).toEqual(['10.0.4.12 ↔ 10.0.4.5', '10.0.4.12 ↔ 10.0.4.10'])
    expect(tracks[0]?.href).toBe('/sessions/g1/10.0.4.12~10.0.4.5')
  })
  it('is quiet while the session was established, and says Azure’s word while it was not', () => {
    const [track] = tracksOf(
      interval('established', '02:00', null),
      interval('connect', '01:00', '02:00', { azureState: 'Connecting' }),
    )
    expect(track?.marks.map(({ word, isQuiet, row }) => [word, isQuiet, row])).toEqual([
      ['DOWN (CONNECTING)', false, 0],
      ['UP', true, 0],
    ])
    expect(track?.description).toContain('not established 1×')
  })
  it('is unknown, and not down, while Azure’s word says neither', () => {
    const [track] = tracksOf(
      interval('established', '02:00', null),
      interval('unknown', '01:00', '02:00', { azureState: 'Unknown' }),
    )
    expect(track?.marks.map(({ word, ink }) => [word, ink])).toEqual([
      ['UNKNOWN', 'unknown'],
      ['UP', 'up'],
    ])
    expect(track?.description).toContain('established throughout')
  })
  it('marks a restart that no poll saw as a loss', () => {
    const [track] = tracksOf(interval('established', '02:00', null), interval('established', '01:00', '02:00'))
    const points = track?.marks.filter(({ isPoint }) => isPoint)
    expect(points?.map(({ from, word }) => [from[1], word])).toEqual([[Date.parse(at('02:00')), 'RESTARTED']])
  })
  it('is hatched where its own polls did not see it, and nowhere else', () => {
    const gap = { scope: 'c1', from: at('03:00'), to: at('04:00'), outcome: 'timeout' as const, asOf: at('05:00') }
    const [track] = buildSessionTracks(
      [interval('established', '01:00', null, { scope: 'c1', path: 'primary' })],
      [
        { ...gap, kind: 'summary', path: 'primary' },
        { ...gap, kind: 'summary', path: 'secondary' },
        { ...gap, kind: 'arp', path: 'primary' },
        { ...gap, kind: 'summary', path: 'primary', scope: 'c2' },
      ],
      named,
    )
    expect(track?.unseen).toEqual([
      { from: Date.parse(at('03:00')), to: Date.parse(at('04:00')), why: 'Azure did not answer in time' },
    ])
  })
  it.each([
    ['is up again after a gap that is over', '05:00', '04:00', [at('01:00'), at('04:00')]],
    ['is not up after the response while it is not polled', '04:00', 'Infinity', [at('01:00')]],
  ])('%s', (_, asOf, to, begins) => {
    const [track] = buildSessionTracks(
      [interval('established', '01:00', null, { scope: 'c1', path: 'primary' })],
      [
        {
          scope: 'c1',
          kind: 'summary',
          path: 'primary',
          from: at('03:00'),
          to: at('04:00'),
          outcome: 'timeout',
          asOf: at(asOf),
        },
      ],
      named,
    )
    expect(track?.unseen.map((gap) => gap.to)).toEqual([to === 'Infinity' ? Infinity : Date.parse(at(to))])
    expect(track?.marks.map(({ from }) => new Date(from[1]).toISOString())).toEqual(begins)
  })
})
