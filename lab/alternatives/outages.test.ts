import { describe, expect, it } from 'vitest'
import { findReportedOutage, measureOutageError, findOutages, type UpSample } from './outages.ts'

const S = 1_000
/** Builds samples from seconds, `+` (up) or `-` (down), and the exported uptime in seconds, if any. */
const samples = (...all: [at: number, state: '+' | '-', uptime?: number][]): UpSample[] =>
  all.map(([at, state, uptime]) => ({
    at: at * S,
    up: state === '+',
    uptimeMs: uptime === undefined ? null : uptime * S,
  }))
const outage = (from: [number, number], until: [number, number]) => ({
  from: { earliest: from[0] * S, latest: from[1] * S },
  until: { earliest: until[0] * S, latest: until[1] * S },
})

describe('outages between samples', () => {
  it.each<[string, UpSample[], ReturnType<typeof outage>[]]>([
    ['none while it is up', samples([0, '+'], [60, '+']), []],
    [
      'begin and end lie between two samples',
      samples([0, '+'], [60, '-'], [120, '-'], [180, '+']),
      [outage([0, 60], [120, 180])],
    ],
    ['an uptime dates the end', samples([0, '+', 500], [60, '-'], [120, '+', 35]), [outage([0, 60], [84, 85])]],
    [
      'an uptime shows what lay between two samples',
      samples([0, '+', 500], [60, '+', 12]),
      [outage([0, 48], [47, 48])],
    ],
    ['an uptime that goes on shows none', samples([0, '+', 500], [60, '+', 560]), []],
    ['one that is cut to whole seconds shows none', samples([0, '+', 0], [60, '+', 59]), []],
    ['missing samples widen the bounds', samples([0, '+'], [600, '-'], [660, '+']), [outage([0, 600], [600, 660])]],
    ['what began before the first sample is left out', samples([0, '-'], [60, '+']), []],
    ['what lasts is left out', samples([0, '+'], [60, '-']), []],
  ])('%s', (_, given, expected) => {
    expect(findOutages(given)).toEqual(expected)
  })
})

describe('an answer beside the truth', () => {
  const truth = { localAddress: '10.0.4.12', neighbor: '10.0.4.4', from: 70 * S, until: 130 * S }

  it('is the one that overlaps the outage', () => {
    const others = [outage([0, 10], [20, 30]), outage([200, 260], [300, 360])]
    expect(findReportedOutage(truth, others)).toBeNull()
    expect(findReportedOutage(truth, [...others, outage([60, 120], [120, 180])])).toEqual(outage([60, 120], [120, 180]))
  })

  it.each([
    ['bounds that hold it', outage([60, 120], [120, 180]), { begin: 50 * S, end: 50 * S, holds: true }],
    ['bounds that it began before', outage([80, 120], [120, 180]), { begin: 50 * S, end: 50 * S, holds: false }],
    ['bounds that it ended after', outage([60, 65], [100, 129]), { begin: -5 * S, end: -1 * S, holds: false }],
  ])('has the distance of its later bounds: %s', (_, known, expected) => {
    expect(measureOutageError(truth, known)).toMatchObject(expected)
  })
})
