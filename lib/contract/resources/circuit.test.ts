import { expect, it } from 'vitest'
import { findMainPeering } from './circuit.ts'

const [PRIVATE, MICROSOFT, PUBLIC] = ['AzurePrivatePeering', 'MicrosoftPeering', 'AzurePublicPeering'] as const

it.each([
  { peerings: [MICROSOFT, PRIVATE], main: PRIVATE },
  { peerings: [PUBLIC, MICROSOFT], main: MICROSOFT },
  { peerings: [PUBLIC], main: PUBLIC },
  { peerings: ['azureprivatepeering'], main: 'azureprivatepeering' },
  { peerings: [], main: null },
])('the peering of a circuit with $peerings is $main', ({ peerings, main }) => {
  expect(findMainPeering(peerings.map((name) => ({ name })))?.name ?? null).toBe(main)
})

it('goes by the type where ARM states one', () => {
  const peerings = [
    { name: 'a', type: MICROSOFT },
    { name: 'b', type: PRIVATE },
  ]
  expect(findMainPeering(peerings)?.name).toBe('b')
})
