import { expect, it } from 'vitest'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import { groupRepeatedEvents } from './history-groups.ts'

const event = (id: string, kind: DetectedNetworkEvent['kind'], subject: string, at = '08:37:05') =>
  ({
    id,
    kind,
    scope: 'c1',
    scopeName: 'erc-london',
    subject,
    evidence: [],
    startedBetween: [`2026-11-19T${at}Z`, `2026-11-19T${at}Z`],
  }) as unknown as DetectedNetworkEvent

it('what happened again to the same part is one, at the place of its newest, what informs last', () => {
  const groups = groupRepeatedEvents([
    { ...event('5', 'ecmp_restored', 'erc-london'), severity: 'info' },
    event('4', 'path_down', 'AzurePrivatePeering/primary'),
    event('3', 'circuit_down', 'erc-london'),
    event('2', 'path_down', 'AzurePrivatePeering/secondary'),
    event('1', 'path_down', 'AzurePrivatePeering/primary'),
  ])
  expect(groups.map(({ name, part, times, events }) => [name, part, times, events.map(({ id }) => id)])).toEqual([
    ['Path down', 'private peering, primary', 2, ['4', '1']],
    ['Peering down', '', 1, ['3']],
    ['Path down', 'private peering, secondary', 1, ['2']],
    ['ECMP restored', '', 1, ['5']],
  ])
})

it('polls that fail are one, as often as there was a gap', () => {
  const failed = (id: string, subject: string, at: string) => event(id, 'collector_error', subject, at)
  const parts = groupRepeatedEvents([
    failed('4', 'arp AzurePrivatePeering/primary', '09:10:00'),
    failed('3', 'summary AzurePrivatePeering/primary', '08:38:20'),
    failed('2', 'arp AzurePrivatePeering/secondary', '08:37:06'),
    failed('1', 'arp AzurePrivatePeering/primary', '08:37:05'),
  ])
  expect(parts.map(({ part, times, events }) => [part, times, events.length])).toEqual([
    ['3 polls: ARP, CE sessions', 2, 4],
  ])
  expect(groupRepeatedEvents([failed('1', 'arp AzurePrivatePeering/primary', '08:37:05')])[0]).toMatchObject({
    part: 'ARP, private peering, primary',
    times: 1,
  })
})
