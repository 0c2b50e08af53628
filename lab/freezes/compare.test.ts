import { expect, it } from 'vitest'
import { compareNoticesWithIncidents, type ReceivedNotice, type RecordedIncident } from './compare.ts'

const incident = (more: Partial<RecordedIncident> = {}): RecordedIncident => ({
  id: 'i',
  title: 'session lost',
  settledAt: 10,
  closedAt: null,
  ...more,
})
const notices = (...reasons: string[]): ReceivedNotice[] =>
  reasons.map((reason, n) => ({ messageId: `m${n}`, incidentId: 'i', reason, decidedAt: 20 + n }))

const cases: [string, RecordedIncident, ReceivedNotice[], { lost: number; doubled: number }][] = [
  ['a notice that never came', incident(), [], { lost: 1, doubled: 0 }],
  ['an end that never came', incident({ closedAt: 30 }), notices('opened'), { lost: 1, doubled: 0 }],
  ['all that should come', incident({ closedAt: 30 }), notices('opened', 'closed'), { lost: 0, doubled: 0 }],
  ['an end before it settled', incident({ closedAt: 30 }), notices('closed'), { lost: 0, doubled: 0 }],
  ['an incident without an event that counts', incident({ settledAt: null }), [], { lost: 0, doubled: 0 }],
  ['one that settled too late', incident({ settledAt: 101 }), [], { lost: 0, doubled: 0 }],
  ['an opening under two ids', incident(), notices('opened', 'opened'), { lost: 0, doubled: 1 }],
  ['one that reopened', incident(), notices('opened', 'closed', 'opened'), { lost: 0, doubled: 0 }],
]
it.each(cases)('finds %s', (_, recorded, received, expected) => {
  const { lost, doubled } = compareNoticesWithIncidents([recorded], received, 100)
  expect({ lost: lost.length, doubled: doubled.length }).toEqual(expected)
})

it('takes a message that came twice under one id as one', () => {
  const [opened] = notices('opened')
  expect(compareNoticesWithIncidents([incident()], opened ? [opened, opened] : [], 100)).toEqual({
    lost: [],
    doubled: [],
  })
})
