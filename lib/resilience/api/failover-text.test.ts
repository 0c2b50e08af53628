import { expect, it } from 'vitest'
import { formatFailoverRisk } from './failover-text.ts'

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
