import { expect, it } from 'vitest'
import type { Network, NetworkInterface } from '#lib/networks/api/index.ts'
import { interfaceRows, interfaceStatus } from './interface-rows.ts'

const id = (name: string) => `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/${name}`
const found = (name: string, own: Partial<NetworkInterface> = {}) =>
  ({ id: name, resourceId: id(name), name, state: 'current', reason: null, ...own }) as NetworkInterface
const network = (...interfaces: NetworkInterface[]) => [{ name: 'vnet-web', interfaces }] as unknown as Network[]

it('rows are what Azure lists, and what was chosen and is not listed', () => {
  const chosen = [
    { interface: id('nic-b').toUpperCase(), note: 'web' },
    { interface: id('nic-a'), note: '' },
  ]
  const rows = interfaceRows(network(found('nic-b', { state: 'unknown', reason: 'It is off.' })), chosen)
  expect(rows.map(({ name, note, network: where }) => [name, note, where])).toEqual([
    ['nic-a', '', null],
    ['nic-b', 'web', 'vnet-web'],
  ])
  expect(rows.map((row) => interfaceStatus(row))).toMatchObject([
    { status: { word: 'UNKNOWN' }, reason: expect.stringContaining('Azure lists no such network interface') },
    { status: { word: 'UNKNOWN' }, reason: 'It is off.' },
  ])
})
