import { expect, it } from 'vitest'
import type { Incident } from '#lib/incidents/api/index.ts'
import { formatIncidentTitle } from '../events/incident-text.ts'
import { countSubscriptionsOfGroup, groupRecurringIncidents } from './recurrence.tsx'
import { testEvent, testIncident } from './testing.ts'

const throttled = (scope: string, fields: Partial<Incident> = {}) => {
  const root = testEvent({ id: scope, kind: 'collector_degraded', scope, scopeName: scope, subject: 'throttled' })
  const cause = { ...root.cause, class: 'collector_throttled' }
  return testIncident({
    id: scope,
    scope,
    scopeName: scope,
    state: 'open',
    endedBetween: null,
    recurrence: null,
    root,
    cause,
    ...fields,
  })
}

it('failing polls of several subscriptions with one cause are one statement with their number', () => {
  const [group, ...more] = groupRecurringIncidents(['a', 'b', 'c'].map((scope) => throttled(scope)))
  expect(more).toEqual([])
  if (!group) throw new Error('no group')
  expect(countSubscriptionsOfGroup(group)).toBe(3)
  expect(formatIncidentTitle(group.lead, countSubscriptionsOfGroup(group))).toBe('Polling degraded: 3 subscriptions')
})

it('another cause, a closed incident and another kind stay separate', () => {
  const forbidden = throttled('b')
  const groups = groupRecurringIncidents([
    throttled('a'),
    { ...forbidden, cause: forbidden.cause && { ...forbidden.cause, class: 'collector_forbidden' } },
    throttled('c', { state: 'closed' }),
    testIncident({ state: 'open' }),
  ])
  expect(groups.map(({ others }) => others.length)).toEqual([0, 0, 0, 0])
  expect(groups.map(countSubscriptionsOfGroup)).toEqual([null, null, null, null])
})
