import { expect, it } from 'vitest'
import { keptDeclaration } from './declarations.ts'
import type { Visible } from './visible.ts'

const subscription = '0a000000-0000-4000-8000-000000000001'
const visible = { subscriptions: [subscription], shortIds: [], sharedShortIds: [], customers: [] } as unknown as Visible
const row = (owner: string) => ({
  kind: 'interfaces',
  value: {
    interface: `/subscriptions/${owner}/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/nic`,
    note: '',
  },
})

it('a chosen network interface is seen by whoever sees its subscription', () => {
  expect(keptDeclaration(row(subscription.toUpperCase()), visible)).not.toBeNull()
  expect(keptDeclaration(row('0b000000-0000-4000-8000-000000000002'), visible)).toBeNull()
})
