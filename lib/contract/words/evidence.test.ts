import { expect, it } from 'vitest'
import { formatAzureState, formatEvidence } from './evidence.ts'

const READ = ['2026-11-20T03:00:00.000Z', '2026-11-20T03:00:01.000Z']

it.each([
  ['a change', { field: 'prefixesReceived', before: 17, after: 2, sampledBefore: READ }, 'prefixes received: 17 → 2'],
  [
    'a value that went',
    { field: 'prefixesReceived', before: 8, after: null, sampledBefore: READ },
    'prefixes received: 8 → none',
  ],
  [
    'a state that was not sampled before',
    { field: 'arp', before: null, after: 'incomplete', sampledBefore: null },
    'ARP: incomplete',
  ],
  [
    'Azure’s count in place of a state',
    { field: 'azureState', before: '8', after: 'Idle', sampledBefore: READ },
    'Azure’s state: established, 8 prefixes → Idle',
  ],
  [
    'the state of a session',
    { field: 'session 192.0.2.98~192.0.2.97', before: null, after: 'down', sampledBefore: null },
    'session 192.0.2.98 ↔ 192.0.2.97: down',
  ],
  [
    'bounds',
    { field: 'establishedAt', before: READ, after: null, sampledBefore: READ },
    'established at: between 2026-11-20T03:00:00.000Z and 2026-11-20T03:00:01.000Z → none',
  ],
])('evidence reads as %s', (_, evidence, words) => {
  expect(formatEvidence(evidence)).toBe(words)
})

it('a state of Azure stays as it is', () => {
  expect([formatAzureState('Connecting'), formatAzureState('1')]).toEqual(['Connecting', 'established, 1 prefix'])
})
