import { circuitPaths, peeringTypes } from '#lib/contract/vocabulary.ts'
import type { Form } from '../form.ts'
import { draftText } from '../../schema-form/fields.ts'

export const routerNeighborForm: Form<'routerNeighbors'> = {
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
      hint: 'of the VRF, 16 hex digits; zeros = none',
    },
    {
      name: 'circuit',
      label: 'Circuit',
      kind: 'choice',
      options: ({ circuits }) => circuits.map(({ id, name }) => ({ value: id, label: name })),
    },
    {
      name: 'peering',
      label: 'Peering',
      kind: 'choice',
      options: () => peeringTypes.map((type) => ({ value: type, label: `${type} peering` })),
    },
    {
      name: 'path',
      label: 'Path',
      kind: 'choice',
      options: () => circuitPaths.map((path) => ({ value: path, label: `${path} path` })),
    },
  ],
  draftOf: (one) => ({
    router: one?.router ?? '',
    name: one?.name ?? '',
    neighbor: one?.neighbor ?? '',
    distinguisher: one?.distinguisher ?? '0'.repeat(16),
    circuit: one?.circuit ?? '',
    peering: one?.peering ?? 'private',
    path: one?.path ?? 'primary',
  }),
  itemOf: (draft) => ({
    router: draftText(draft, 'router'),
    name: draftText(draft, 'name'),
    neighbor: draftText(draft, 'neighbor'),
    distinguisher: draftText(draft, 'distinguisher'),
    circuit: draftText(draft, 'circuit'),
    peering: draftText(draft, 'peering'),
    path: draftText(draft, 'path'),
  }),
  nameOf: ({ router, name, neighbor }) => `${neighbor} of ${name || router}`,
  wordsOf: ({ circuit, peering, path }, { nameOf }) => [
    `${path} path of ${nameOf(circuit)}${peering === 'private' ? '' : ', Microsoft peering'}`,
  ],
}
