import { expect, it } from 'vitest'
import { sortOngoingFirst, formatOpenIncidentCounts } from './incident-recovery.ts'
import { testEvent, testIncident } from './testing.ts'

it('what has recovered comes after what goes on, each in the order given', () => {
  const recovered = (id: string) => testIncident({ id, state: 'open' })
  const ongoing = (id: string) => testIncident({ id, state: 'open', endedBetween: null })
  const order = sortOngoingFirst([recovered('a'), ongoing('b'), recovered('c'), ongoing('d')])
  expect(order.map(({ id }) => id)).toEqual(['b', 'd', 'a', 'c'])
  const planned = testIncident({ state: 'open', endedBetween: null, maintenance: true })
  expect(formatOpenIncidentCounts([...order, planned], 'still open')).toBe(
    '2 still open, 2 recovered, 1 in maintenance',
  )
  const gone = testIncident({ state: 'open', root: testEvent({ id: 'm', kind: 'mass_withdraw', flags: ['baseline'] }) })
  expect(formatOpenIncidentCounts([gone], 'still open')).toBe('0 still open, 1 ended')
})
