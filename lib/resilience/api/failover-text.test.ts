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
  ['is last known with prefixes at risk while tables are late', { cutOff: 9 }, 1, 'at risk: 9, last known'],
  ['is not known if a table was never read', { unread: ['ergw'] }, 1, 'risk not known'],
])('the risk of the loss of a circuit %s', (_, effect, lastKnownAt, text) => {
  expect(formatFailoverRisk({ effect: { ...NO_EFFECT, ...effect }, lastKnownAt })).toBe(text)
})
