import type { DeclarationForm } from '../declaration-form.ts'
import { circuitFormField, pathFormField } from './window-fields.ts'
import { createNameOptions } from '../../schema-form/form-fields.ts'

export const neighborMappingDeclarationForm: DeclarationForm<'mappings'> = {
  list: 'mappings',
  title: 'Neighbors and paths',
  one: 'mapping',
  note: 'a neighbor’s circuit and path, in place of the inferred ones',
  empty:
    'Azure does not report which edge router belongs to which path, so Peerwatch infers it from routes. Confirm it on the gateway’s page, or set it here.',
  whenRemoved: 'The inferred mapping applies again.',
  fields: [
    {
      name: 'gateway',
      label: 'Gateway',
      kind: 'choice',
      options: ({ gateways }) => createNameOptions(gateways),
    },
    { name: 'neighbor', label: 'Neighbor', kind: 'line', placeholder: '10.0.4.4' },
    circuitFormField,
    pathFormField,
  ],
  nameOf: ({ gateway, neighbor }, { nameOf }) => `${neighbor} of ${nameOf(gateway)}`,
  wordsOf: ({ circuit, path }, { nameOf }) => [`${path} path of ${nameOf(circuit)}`],
}
