import { expect, it } from 'vitest'
import type { Event } from '#lib/incidents/api/index.ts'
import { historyGroups } from './history-groups.ts'

const event = (id: string, kind: Event['kind'], subject: string) =>
  ({ id, kind, scope: 'c1', scopeName: 'erc-london', subject, evidence: [] }) as unknown as Event

it('what happened again to the same part is one, at the place of its newest', () => {
  const groups = historyGroups([
    event('4', 'path_down', 'AzurePrivatePeering/primary'),
    event('3', 'circuit_down', 'erc-london'),
    event('2', 'path_down', 'AzurePrivatePeering/secondary'),
    event('1', 'path_down', 'AzurePrivatePeering/primary'),
  ])
  expect(groups.map(({ name, part, events }) => [name, part, events.map(({ id }) => id)])).toEqual([
    ['Path down', 'private peering, primary', ['4', '1']],
    ['Circuit down', '', ['3']],
    ['Path down', 'private peering, secondary', ['2']],
  ])
})
