import { expect, it } from 'vitest'
import { formatFailoverChecks, formatFailoverEffect, formatFailoverRisk } from './failover-text.ts'

type Effect = NonNullable<Parameters<typeof formatFailoverRisk>[0]['effect']>
const NO_EFFECT: Effect = {
  cutOff: 0,
  internet: 0,
  defaultOnly: 0,
  failOver: 2,
  fewerPaths: 0,
  unknown: 0,
  unread: [],
}

it.each<[string, Partial<Effect>, number | null, string | null]>([
  ['is absent without a prefix at risk', {}, null, null],
  ['is last known without a prefix at risk while tables are late', {}, 1, 'no risk, last known'],
  ['is last known with prefixes at risk while tables are late', { cutOff: 9 }, 1, '9 prefixes at risk, last known'],
  ['has a unit', { cutOff: 1 }, null, '1 prefix at risk'],
  ['is a minimum if some prefixes are unknown', { cutOff: 1_204, unknown: 1 }, null, '≥ 1,204 prefixes at risk'],
  [
    'is the number of prefixes to the Internet if no prefix is cut off',
    { internet: 17 },
    null,
    '17 prefixes to the Internet',
  ],
  ['is not known if a table was never read', { unread: ['ergw'] }, 1, 'risk not known'],
])('the risk of the loss of a circuit %s', (_, effect, lastKnownAt, text) => {
  expect(formatFailoverRisk({ effect: { ...NO_EFFECT, ...effect }, lastKnownAt })).toBe(text)
})

it.each([
  [{ passed: 10, all: 17, notEvaluated: 5 }, '2 of 17 checks failed, 5 not evaluated'],
  [{ passed: 12, all: 17, notEvaluated: 5 }, '12 of 17 checks passed, 5 not evaluated'],
  [{ passed: 16, all: 17, notEvaluated: 0 }, '1 of 17 checks failed'],
  [{ passed: 1, all: 1, notEvaluated: 0 }, '1 of 1 check passed'],
  [{ passed: 0, all: 0, notEvaluated: 0 }, 'no check applies'],
])('the result of checks %o names failed checks first', (checks, text) => {
  expect(formatFailoverChecks({ checks })).toBe(text)
})

it.each([
  ['no_path', null, 'no path is up now'],
  ['no_path', 1, 'no path was up when it was last polled'],
  ['not_computed', null, 'not known: not computed yet'],
] as const)('the effect that is unknown because of %s, last polled at %s', (unknown, lastKnownAt, text) => {
  expect(formatFailoverEffect({ effect: null, unknown, lastKnownAt })).toBe(text)
})
