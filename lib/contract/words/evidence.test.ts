import { expect, it } from 'vitest'
import { formatAzureState, formatEvidence, listShownEvidence } from './evidence.ts'

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
  [
    'the rate of a path',
    {
      field: 'primary path bitsInPerSecond',
      before: 'at least 16801834 expected',
      after: 0,
      sampledBefore: null,
    },
    'primary path, rate to Azure: at least 16.8 Mb/s expected → 0 b/s',
  ],
  [
    'a rate that was stored without its path',
    { field: 'bitsOutPerSecond', before: null, after: 40711136, sampledBefore: null },
    'rate from Azure: 40.7 Mb/s',
  ],
  [
    'the rates of two paths',
    {
      field: 'erc-london bitsOutPerSecond',
      before: 'primary 0, secondary 40711136.4',
      after: null,
      sampledBefore: READ,
    },
    'erc-london, rate from Azure: primary 0 b/s, secondary 40.7 Mb/s → none',
  ],
  [
    'the load of a path',
    { field: 'bitsPerSecond', before: null, after: '950000000 of 1000000000 bit/s in', sampledBefore: null },
    'rate: 950 Mb/s of 1.00 Gb/s in',
  ],
  [
    'a rate in a text',
    { field: 'erc-london in', before: null, after: '50000 bit/s', sampledBefore: null },
    'erc-london in: 50.0 kb/s',
  ],
  [
    'no next hop',
    { field: 'routes: 10.0.0.0/8', before: '', after: '10.0.4.4', sampledBefore: READ },
    'routes: 10.0.0.0/8: none → 10.0.4.4',
  ],
])('evidence reads as %s', (_, evidence, words) => {
  expect(formatEvidence(evidence)).toBe(words)
})

it('evidence is shown once, and not without any value', () => {
  const rate = { field: 'bitsInPerSecond', before: 'at least 5 expected', after: 0, sampledBefore: null }
  const routes = { field: 'routes: 10.0.0.0/8', before: null, after: null, sampledBefore: READ }
  const withdrawn = { ...routes, before: '10.0.4.4' }
  const unsampled = { ...routes, sampledBefore: null }
  const other = { ...rate, sampledAfter: READ }
  expect(
    listShownEvidence([rate, routes, { ...routes, before: '' }, { ...rate }, withdrawn, unsampled, other]),
  ).toEqual([rate, withdrawn, unsampled, other])
})

it('a state of Azure stays as it is', () => {
  expect([formatAzureState('Connecting'), formatAzureState('1')]).toEqual(['Connecting', 'established, 1 prefix'])
})
