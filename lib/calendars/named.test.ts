import { expect, it } from 'vitest'
import { namedIn } from './named.ts'

const resources = [
  { id: 'lon', names: ['erc-london', 'EL-100.7', ''] },
  { id: 'lon2', names: ['erc-london-2'] },
  {
    id: 'hub',
    names: [
      'ergw-hub',
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/ergw-hub',
    ],
  },
  { id: 'x', names: ['er'] },
]

it.each([
  ['CHG-7: ERC-London, two hours', ['lon'], []],
  ['work on erc-london-2.', ['lon2'], []],
  ['service EL-100.7 (provider)', ['lon'], []],
  ['service EL-10037', [], []],
  ['erc-london/primary and later ERC-LONDON/primary', ['lon'], ['primary']],
  ['erc-london/primary, then erc-london/secondary', ['lon'], []],
  ['erc-london/secondary and ergw-hub', ['lon', 'hub'], []],
  ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/ergw-hub', ['hub'], []],
  ['er gateway, user groups', ['x'].slice(1), []],
])('%s', (text, scopes, paths) => {
  expect(namedIn(text, resources)).toEqual({ scopes, paths })
})
