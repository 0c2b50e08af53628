import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { type ImpactTraffic, type RateChange, classifyRateChange, formatTraffic } from './impact-traffic.ts'

const M = 1_000_000
const near = { paths: 2, lastedMs: MS_PER_HOUR }
const late = { paths: 2, lastedMs: 2 * MS_PER_HOUR + 1 }

describe('a rate', () => {
  it.each<[string, number | null, number | null, typeof near, RateChange['change']]>([
    ['that stays goes on', 1_200 * M, 1_200 * M, near, 'goes_on'],
    ['that rises goes on', 100 * M, 1_200 * M, near, 'goes_on'],
    ['that falls by less than half goes on', 1_000 * M, 501 * M, near, 'goes_on'],
    ['that is half has fallen', 1_000 * M, 500 * M, near, 'fell'],
    ['of which keepalives are left has stopped', 1_000 * M, 16_000, near, 'stopped'],
    ['of which more is left has fallen', 1_000 * M, 16_001, near, 'fell'],
    ['may be half by the hour of the day', 1_000 * M, 400 * M, late, 'lower'],
    ['stops at any hour', 1_000 * M, 0, late, 'stopped'],
    ['of almost nothing before is little', 99_999, 0, near, 'little'],
    ['of almost nothing that rises goes on', 0, 100_000, near, 'goes_on'],
    ['is not known without what was before', null, 0, near, null],
    ['is not known without what is now', 1_000 * M, null, near, null],
  ])('%s', (_, before, since, time, change) => {
    expect(classifyRateChange({ before, since }, time)).toEqual({ before, since, change })
  })
})

type Rates = [before: number | null, since: number | null]
const trafficOf = (toAzure: Rates, fromAzure: Rates, time = near): ImpactTraffic => {
  const of = ([before, since]: Rates) => classifyRateChange({ before, since }, time)
  return { state: 'read', toAzure: of(toAzure), fromAzure: of(fromAzure) }
}

describe('traffic in words', () => {
  it.each<[string, ImpactTraffic, string[], string[]]>([
    [
      'goes on at the rate of the busier direction',
      trafficOf([300 * M, 310 * M], [1_200 * M, 1_250 * M]),
      ['traffic goes on at 1.25 Gb/s'],
      ['traffic went on at 1.25 Gb/s'],
    ],
    [
      'has fallen with the busier direction',
      trafficOf([300 * M, 30 * M], [1_200 * M, 300 * M]),
      ['traffic fell from 1.20 Gb/s to 300 Mb/s'],
      ['traffic fell from 1.20 Gb/s to 300 Mb/s'],
    ],
    [
      'has fallen in one direction',
      trafficOf([300 * M, 30 * M], [1_200 * M, 1_200 * M]),
      ['traffic to Azure fell from 300 Mb/s to 30.0 Mb/s'],
      ['traffic to Azure fell from 300 Mb/s to 30.0 Mb/s'],
    ],
    [
      'has stopped in one direction, whatever the other one fell by',
      trafficOf([300 * M, 30 * M], [1_200 * M, 0]),
      ['traffic from Azure stopped, 1.20 Gb/s before it began'],
      ['traffic from Azure stopped, 1.20 Gb/s before it began'],
    ],
    [
      'has one direction that is worth a word',
      trafficOf([300 * M, 0], [20_000, 0]),
      ['traffic stopped, 300 Mb/s before it began'],
      ['traffic stopped, 300 Mb/s before it began'],
    ],
    [
      'is lower after hours',
      trafficOf([300 * M, 30 * M], [1_200 * M, 200 * M], late),
      ['traffic at 200 Mb/s, 1.20 Gb/s before it began'],
      ['traffic was at 200 Mb/s, 1.20 Gb/s before it began'],
    ],
    [
      'names the direction that is known',
      trafficOf([300 * M, 300 * M], [null, 300 * M]),
      ['traffic to Azure goes on at 300 Mb/s'],
      ['traffic to Azure went on at 300 Mb/s'],
    ],
    [
      'was none before',
      trafficOf([0, 0], [10_000, 2_000]),
      ['less than 100 kb/s of traffic before and since'],
      ['less than 100 kb/s of traffic before and meanwhile'],
    ],
    ['is not said to be none by one direction alone', trafficOf([0, 0], [null, null]), [], []],
    ['is not said where nothing is known', trafficOf([null, 0], [1_200 * M, null]), [], []],
  ])('%s', (_, traffic, now, past) => {
    expect(formatTraffic(traffic, false, 0)).toEqual(now)
    expect(formatTraffic(traffic, true, 0)).toEqual(past)
  })
})

describe('traffic that is no longer polled', () => {
  const now = Date.UTC(2026, 10, 30, 10, 0, 24)
  const notPolledSince = Date.UTC(2026, 10, 30, 9, 59, 6)
  it.each<[string, ImpactTraffic, string]>([
    ['was', trafficOf([300 * M, 310 * M], [776 * M, 796 * M]), 'traffic 796 Mb/s, last known at 09:59 UTC'],
    [
      'had fallen',
      trafficOf([300 * M, 30 * M], [1_200 * M, 300 * M]),
      'traffic fell from 1.20 Gb/s to 300 Mb/s (last known at 09:59 UTC)',
    ],
  ])('%s', (_, traffic, text) => {
    expect(formatTraffic({ ...traffic, notPolledSince }, false, now)).toEqual([text])
    expect(formatTraffic({ ...traffic, notPolledSince }, false, now + 24 * MS_PER_HOUR)[0]).toContain(
      '2026-11-30 09:59 UTC',
    )
  })
})
