import { describe, expect, it } from 'vitest'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import {
  type EventTreeNode,
  buildEventTree,
  findLeadingEventId,
  listOtherCauses,
  listPrintedEvents,
} from './event-tree.ts'
import { testMinuteIso, testEvent } from './testing.ts'

const shape = (nodes: readonly EventTreeNode[]): unknown[] =>
  nodes.map(({ event, parts }) => (parts.length > 0 ? [event.id, shape(parts)] : event.id))

describe('events stand', () => {
  it('under what they were folded into, and that under what it was folded into', () => {
    const events = [
      testEvent({ id: 'session', kind: 'session_down', partOf: 'path' }),
      testEvent({ id: 'path', kind: 'path_down', partOf: 'circuit' }),
      testEvent({ id: 'circuit', kind: 'circuit_down' }),
    ]
    expect(shape(buildEventTree(events, 'circuit'))).toEqual([['circuit', [['path', ['session']]]]])
  })
  it('the root first, the others in the order in which they began', () => {
    const at = (from: number): [string, string] => [testMinuteIso(from), testMinuteIso(from)]
    const events = [
      testEvent({ id: 'late', kind: 'failover', startedBetween: at(5) }),
      testEvent({ id: 'early', kind: 'session_down', startedBetween: at(1) }),
      testEvent({ id: 'root', kind: 'circuit_down', startedBetween: at(3) }),
    ]
    expect(shape(buildEventTree(events, 'root'))).toEqual(['root', 'early', 'late'])
  })
  it('the present outage of an incident that opened again before the ended one', () => {
    const at = (from: number): [string, string] => [testMinuteIso(from), testMinuteIso(from)]
    const root = testEvent({ id: 'first', kind: 'path_down' })
    const events = [
      root,
      testEvent({ id: 'session', kind: 'session_down', partOf: 'first' }),
      testEvent({ id: 'aside', kind: 'ecmp_reduced', severity: 'info', startedBetween: at(14), endedBetween: null }),
      testEvent({ id: 'second', kind: 'path_down', startedBetween: at(15), endedBetween: null }),
      testEvent({ id: 'its session', kind: 'session_down', partOf: 'second', endedBetween: null }),
    ]
    const lead = findLeadingEventId(events, root)
    expect(lead).toBe('second')
    expect(shape(buildEventTree(events, lead))).toEqual([['second', ['its session']], ['first', ['session']], 'aside'])
    const ended = events.map((event) => ({ ...event, endedBetween: at(17) }))
    expect(findLeadingEventId(ended, root)).toBe('first')
    const ongoing = { ...root, endedBetween: null }
    expect(findLeadingEventId([ongoing, ...events.slice(1)], ongoing)).toBe('first')
    expect(findLeadingEventId(events, null)).toBeNull()
  })
  it('by themselves where their parent is not among them, or is their own part', () => {
    const events = [
      testEvent({ id: 'orphan', kind: 'session_down', partOf: 'gone' }),
      testEvent({ id: 'a', kind: 'path_down', partOf: 'b' }),
      testEvent({ id: 'b', kind: 'path_down', partOf: 'a' }),
    ]
    expect(shape(buildEventTree(events, null)).flat(9).toSorted()).toEqual(['a', 'b', 'orphan'])
  })
})

describe('a printed incident', () => {
  const cause = (of: string, nextStep: string) =>
    ({ ...testEvent({ id: 'any', kind: 'path_down' }).cause, class: of, nextStep }) as DetectedNetworkEvent['cause']
  it('numbers its events, each below the event that contains it', () => {
    const provider = cause('provider_or_customer_link', 'Ask the provider.')
    const events = [
      testEvent({ id: 'session', kind: 'session_down', partOf: 'path', cause: provider }),
      testEvent({ id: 'path', kind: 'path_down', cause: provider }),
    ]
    const rows = listPrintedEvents(buildEventTree(events, 'path'))
    expect(rows.map(({ number, depth, event, hasOwnCause }) => [number, depth, event.id, hasOwnCause])).toEqual([
      [1, 0, 'path', true],
      [2, 1, 'session', false],
    ])
  })
  it('gives each cause and each advice once, and the advice of the summary never again', () => {
    const lead = cause('provider_or_customer_link', 'Ask the provider.')
    const other = cause('microsoft_maintenance', 'Wait.')
    const third = cause('on_premises_peering', 'Wait.')
    const timeline = [
      testEvent({ id: 'path', kind: 'path_down', causes: [lead, other] }),
      testEvent({ id: 'session', kind: 'session_down', causes: [lead, other, third] }),
    ]
    const causes = listOtherCauses({ cause: lead, timeline })
    expect(causes.map((one) => [one.class, one.nextStep])).toEqual([
      ['microsoft_maintenance', 'Wait.'],
      ['on_premises_peering', ''],
    ])
  })
})
