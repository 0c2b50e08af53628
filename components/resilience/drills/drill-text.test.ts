import { describe, expect, it } from 'vitest'
import type { FailoverDrill, ExpectedDrillEffect } from '#lib/resilience/api/index.ts'
import {
  listTestsByCircuit,
  getDrillStatus,
  formatTestedShare,
  formatDrillCounts,
  formatExpectedDrillEffect,
} from './drill-text.ts'

const nameOf = (id: string) => `erc-${id}`
const mark = (own: Partial<ExpectedDrillEffect>): ExpectedDrillEffect & { scopeName: string } => ({
  id: 'm',
  kind: 'prefixes',
  scope: 'g',
  scopeName: 'ergw',
  subject: '',
  prefixes: ['10.1.0.0/16', '10.2.0.0/16'],
  outcome: 'moves',
  before: { circuits: ['lon'], hasOther: false },
  to: { circuits: ['ams'], hasOther: false },
  withinSeconds: null,
  ...own,
})
const P = '(10.1.0.0/16, 10.2.0.0/16)'

describe('what a mark expects', () => {
  it.each<[Partial<ExpectedDrillEffect>, string]>([
    [{ kind: 'path_lost', subject: 'private/primary' }, 'ergw: the primary path of private peering goes down'],
    [{ kind: 'session_lost', subject: '10.0.4.12~10.0.4.4' }, 'ergw: session 10.0.4.12 – 10.0.4.4 goes down'],
    [{}, `ergw: 2 prefixes move from erc-lon to erc-ams ${P}`],
    [{ prefixes: ['10.1.0.0/16'] }, 'ergw: 1 prefix moves from erc-lon to erc-ams (10.1.0.0/16)'],
    [{ outcome: 'stays' }, `ergw: 2 prefixes stay on erc-ams, by fewer paths ${P}`],
    [{ outcome: 'stranded', to: { circuits: [], hasOther: false } }, `ergw: 2 prefixes are cut off ${P}`],
    [{ kind: 'within', withinSeconds: 60 }, 'Traffic has moved within 60 s'],
    [{ kind: 'nothing_else' }, 'Nothing else is lost'],
  ])('%o', (own, words) => expect(formatExpectedDrillEffect(mark(own), nameOf)).toBe(words))
})

it.each([
  ['announced', 'waiting', 'PLANNED'],
  ['running', 'waiting', 'RUNNING'],
  ['over', 'pass', 'PASSED'],
  ['over', 'fail', 'FAILED'],
  ['over', 'not_held', 'NOT HELD'],
  ['over', 'unknown', 'UNKNOWN'],
  ['cancelled', 'cancelled', 'CALLED OFF'],
] as const)('a drill that is %s with %s reads %s', (state, verdict, word) => {
  expect(getDrillStatus({ state, verdict }).word).toBe(word)
})

it('counts marks by result', () => {
  expect(formatDrillCounts({ counts: { pass: 6, fail: 1, unknown: 0, waiting: 1 } })).toBe(
    '6 of 8 pass, 1 fail, 1 waiting',
  )
})

it('circuits that were never tested come first, and each has the last time that was measured', () => {
  const held = (to: string, own: Partial<FailoverDrill> = {}) =>
    ({ scopes: ['a'], state: 'over', verdict: 'pass', from: to, to, movedWithin: null, ...own }) as FailoverDrill
  const took = { atLeastSeconds: 5, atMostSeconds: 9 }
  const day = (n: number) => `2026-11-0${n}T00:00:00.000Z`
  const now = Date.parse(day(8))
  const rows = listTestsByCircuit(
    [
      { id: 'a', name: 'erc-a' },
      { id: 'b', name: 'erc-b' },
      { id: 'c', name: 'erc-c' },
    ],
    [
      held(day(9), { state: 'announced' }),
      held(day(7), { verdict: 'not_held' }),
      held(day(3), { movedWithin: took }),
      held(day(4)),
      held(day(2), { scopes: ['c'], verdict: 'unknown' }),
    ],
    [
      { scope: 'a', startedBetween: [day(1), day(1)], incidentId: 'i', failover: { controlPlane: took } as never },
      { scope: 'b', startedBetween: [day(1), day(1)], incidentId: 'j', failover: { controlPlane: took } as never },
    ],
    now,
  )
  expect(rows.map(({ id, last, next, took: time }) => [id, last?.to, next?.from, time?.at, time?.incidentId])).toEqual([
    ['b', undefined, undefined, day(1), 'j'],
    ['c', day(2), undefined, undefined, undefined],
    ['a', day(4), day(9), day(3), null],
  ])
  expect(rows.map((row) => formatTestedShare([row], now))).toEqual(['0 of 1', '0 of 1', '1 of 1'])
  expect(formatTestedShare(rows, now)).toBe('1 of 3')
})
