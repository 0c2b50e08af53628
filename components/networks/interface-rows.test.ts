import { expect, it } from 'vitest'
import type { ApiRouteTableEntry } from '#lib/contract/index.ts'
import type { Network, NetworkInterface } from '#lib/networks/api/index.ts'
import { mergeEffectiveRoutes, buildNetworkInterfaceRows, getNetworkInterfaceStatus } from './interface-rows.ts'

const id = (name: string) => `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/${name}`
const found = (name: string, own: Partial<NetworkInterface> = {}) =>
  ({ id: name, resourceId: id(name), name, state: 'current', reason: null, ...own }) as NetworkInterface
const network = (...interfaces: NetworkInterface[]) => [{ name: 'vnet-web', interfaces }] as unknown as Network[]

it('rows are what Azure lists, and what was chosen and is not listed', () => {
  const chosen = [
    { interface: id('nic-b').toUpperCase(), note: 'web' },
    { interface: id('nic-a'), note: '' },
  ]
  const rows = buildNetworkInterfaceRows(network(found('nic-b', { state: 'unknown', reason: 'It is off.' })), chosen)
  expect(rows.map(({ name, note, network: where }) => [name, note, where])).toEqual([
    ['nic-a', '', null],
    ['nic-b', 'web', 'vnet-web'],
  ])
  expect(rows.map((row) => getNetworkInterfaceStatus(row))).toMatchObject([
    { status: { word: 'UNKNOWN' }, reason: expect.stringContaining('Azure lists no such network interface') },
    { status: { word: 'UNKNOWN' }, reason: 'It is off.' },
  ])
})

it('a prefix stands once for each source and state, with all next hops and interfaces, since its last change', () => {
  const route = (scopeName: string, nextHop: string | null, own: Partial<ApiRouteTableEntry> = {}) =>
    ({
      prefix: '10.10.0.0/16',
      source: 'User',
      state: 'Active',
      origin: 'VirtualAppliance',
      since: ['a', 'b'],
      scopeName,
      nextHop,
      ...own,
    }) as ApiRouteTableEntry
  const rows = mergeEffectiveRoutes([
    route('nic-a', '10.0.9.5'),
    route('nic-a', '10.0.9.4'),
    route('nic-b', '10.0.9.4', { since: ['a', 'c'] }),
    route('nic-b', null, { state: 'Invalid' }),
  ])
  expect(rows.map(({ state, nextHops, interfaces, since }) => [state, nextHops, interfaces, since[1]])).toEqual([
    ['Active', ['10.0.9.4', '10.0.9.5'], ['nic-a', 'nic-b'], 'c'],
    ['Invalid', [], ['nic-b'], 'b'],
  ])
})
