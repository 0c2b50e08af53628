import { expect, it } from 'vitest'
import type { EventKind } from '#lib/contract/index.ts'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { findEventProvenUntil, findProvenUntil } from './event-sources.ts'

const NOW = Date.UTC(2026, 10, 28, 19)
const FELL = { earliest: NOW - 3 * MS_PER_MINUTE - MS_PER_SECOND, latest: NOW - 3 * MS_PER_MINUTE }
const READ_AT = NOW - 5 * MS_PER_SECOND

const poll = { kind: 'summary', outcome: 'ok', lastReadAt: READ_AT, lastOkAt: READ_AT, intervalSeconds: 10 }
const sources = [{ scope: 'c1', subresource: 'p', poll }] as unknown as Parameters<typeof findProvenUntil>[1]
const fallOf = (kind: EventKind) => ({ kind, scope: 'c1', subject: 'p', started: FELL, ended: null, severity: 'major' })

it.each([
  ['session_down', READ_AT],
  ['router_session_down', FELL.latest],
] as const)('%s is proven by polls that can show its end, and by no others', (kind, until) => {
  const events = [fallOf(kind)] as unknown as Parameters<typeof findProvenUntil>[0]
  expect(findProvenUntil(events, sources, NOW)).toBe(until)
})

it.each([
  ['path_down', null, READ_AT],
  ['path_down', { earliest: NOW, latest: NOW }, FELL.latest],
  ['collector_error', null, FELL.latest],
] as const)('a fall that a router reports is proven by polls as a part of %s, ended %o', (kind, ended, until) => {
  const event = fallOf('router_session_down') as unknown as Parameters<typeof findEventProvenUntil>[0]
  const whole = { ...fallOf(kind), ended } as unknown as Parameters<typeof findEventProvenUntil>[0]
  expect(findEventProvenUntil(event, [], sources, NOW, whole)).toBe(until)
})

const minutesAgo = (minutes: number) => NOW - minutes * MS_PER_MINUTE
it.each([
  ['no poll since a minute', 'ecmp_reduced', null, [{ from: minutesAgo(1), to: NOW }], minutesAgo(1)],
  ['a gap that is over', 'ecmp_reduced', null, [{ from: minutesAgo(2), to: minutesAgo(1) }], null],
  ['no gap', 'ecmp_reduced', null, [], null],
  ['an end', 'ecmp_reduced', { earliest: minutesAgo(1), latest: NOW }, [{ from: minutesAgo(1), to: NOW }], null],
  ['no poll since a minute, as an outage', 'session_down', null, [{ from: minutesAgo(1), to: NOW }], READ_AT],
] as const)(
  'an event about routes is proven until its tables are no longer polled: %s',
  (_, kind, ended, gaps, until) => {
    const event = { ...fallOf(kind), ended } as unknown as Parameters<typeof findEventProvenUntil>[0]
    expect(findEventProvenUntil(event, gaps, sources, NOW)).toBe(until)
  },
)
