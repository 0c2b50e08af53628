import { peeringTypes } from '#lib/contract/vocabulary.ts'
import type { DeclarationForm } from '../declaration-form.ts'
import { circuitFormField, pathFormField } from './window-fields.ts'

export const routerNeighborDeclarationForm: DeclarationForm<'routerNeighbors'> = {
  list: 'routerNeighbors',
  title: 'Routers and paths',
  one: 'path of a router',
  note: 'a router session’s circuit and path, in place of the inferred ones',
  empty:
    'Peerwatch infers it from addresses and ASNs. Confirm it on the router’s page, or set it here where customers use the same private addresses.',
  whenRemoved: 'The inferred path applies again.',
  fields: [
    { name: 'router', label: 'Router’s address', kind: 'line', placeholder: '10.20.0.1', hint: 'it connects from' },
    { name: 'name', label: 'Name it states', kind: 'line', placeholder: 'ce-london-1' },
    { name: 'neighbor', label: 'Neighbor', kind: 'line', placeholder: '172.16.0.2', hint: 'the MSEE' },
    {
      name: 'distinguisher',
      label: 'Route distinguisher',
      kind: 'line',
      placeholder: '0000000000000000',
      initial: '0'.repeat(16),
      hint: 'of the VRF, 16 hex digits; zeros = none',
    },
    circuitFormField,
    {
      name: 'peering',
      label: 'Peering',
      kind: 'choice',
      initial: 'private',
      options: () => peeringTypes.map((type) => ({ value: type, label: `${type} peering` })),
    },
    pathFormField,
  ],
  nameOf: ({ router, name, neighbor }) => `${neighbor} of ${name || router}`,
  wordsOf: ({ circuit, peering, path }, { nameOf }) => [
    `${path} path of ${nameOf(circuit)}${peering === 'private' ? '' : ', Microsoft peering'}`,
  ],
}
