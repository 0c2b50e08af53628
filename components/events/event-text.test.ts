import { expect, it } from 'vitest'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import { getEventStatus, formatEventSubject, formatSubjectText } from './event-text.ts'

type Shown = Parameters<typeof getEventStatus>[0]
const word = (kind: DetectedNetworkEvent['kind'], rest: Partial<Shown> = {}) =>
  getEventStatus({ kind, severity: 'major', endedBetween: null, flags: [], ...rest }).word

it.each([
  {
    name: 'what became of a site',
    word: word('site_state_changed', { flags: ['from:reachable', 'to:on_backup'] }),
    is: 'SITE ON BACKUP',
  },
  { name: 'a site without a known state', word: word('site_state_changed'), is: 'SITE STATE CHANGED' },
  { name: 'any other kind by its name', word: word('circuit_down', { flags: ['to:on_backup'] }), is: 'PEERING DOWN' },
])('$name is the word of an event', ({ word, is }) => expect(word).toBe(is))

it.each<[DetectedNetworkEvent['kind'], DetectedNetworkEvent['severity'], isOver: boolean, tone: string]>([
  ['session_up', 'info', true, 'up'],
  ['redundancy_restored', 'info', true, 'up'],
  ['session_down', 'minor', false, 'down'],
  ['tunnel_down', 'minor', true, 'down'],
  ['best_path_shift', 'minor', true, 'degraded'],
  ['mass_announce', 'info', true, 'notice'],
])('the mark of %s says what it means, also once it is over', (kind, severity, isOver, tone) => {
  const status = getEventStatus({ kind, severity, endedBetween: isOver ? ['', ''] : null, flags: [] })
  expect([status.tone, status.isOver ?? false]).toEqual([tone, isOver])
})

const evidence = (before: string | null, after: string): DetectedNetworkEvent['evidence'] => [
  { field: 'routes: 10.0.0.0/8', before, after, sampledBefore: null, sampledAfter: null },
]

it.each<[string, Parameters<typeof formatEventSubject>[0], string]>([
  [
    'a reduction',
    {
      kind: 'ecmp_reduced',
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
      evidence: evidence('10.0.4.4, 10.0.4.5', '10.0.4.5'),
    },
    '10.0.4.4, 10.0.4.5 → 10.0.4.5',
  ],
  [
    'its end',
    {
      kind: 'ecmp_restored',
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
      evidence: evidence('10.0.4.5', '10.0.4.4, 10.0.4.5'),
    },
    '10.0.4.5 → 10.0.4.4, 10.0.4.5',
  ],
  [
    'a failback between circuits, whose evidence names neighbors',
    { kind: 'failback', subject: 'erc-london > erc-amsterdam', evidence: evidence('10.0.4.6', '10.0.4.4') },
    'erc-amsterdam → erc-london',
  ],
  [
    'an announced loss',
    {
      kind: 'loss_ahead',
      subject: '2026-12-01T20:37Z',
      evidence: [
        { field: 'windows', before: null, after: 'Amsterdam maintenance', sampledBefore: null, sampledAfter: null },
        { field: 'prefixes cut off', before: null, after: 9, sampledBefore: null, sampledAfter: null },
      ],
    },
    'Tue 2026-12-01 20:37 UTC Amsterdam maintenance: 9 prefixes cut off',
  ],
  [
    'a failover',
    { kind: 'failover', subject: 'erc-london > erc-amsterdam', evidence: evidence('10.0.4.4', '10.0.4.6') },
    'erc-london → erc-amsterdam',
  ],
  ['a session', { kind: 'session_down', subject: '10.0.4.12~10.0.4.4', evidence: [] }, '10.0.4.12 ↔ 10.0.4.4'],
])('the arrow points from before to after: %s', (_, event, words) => {
  expect(formatEventSubject(event)).toBe(words)
})

it('formats the start of announced work like other times', () => {
  expect(formatSubjectText('2026-12-01T20:37Z')).toBe('2026-12-01 20:37 UTC')
})
