import type { DeclaredCircuitPolicy } from '#lib/contract/index.ts'
import type { DeclarationForm } from '../declaration-form.ts'
import { createLabelOptions, createNameOptions } from '../../schema-form/form-fields.ts'

const kinds: Record<DeclaredCircuitPolicy['kind'], string> = {
  active_standby: 'Active/standby: the first carries traffic',
  active_active: 'Active/active: all share traffic',
  symmetric: 'Symmetric: traffic returns on the same path',
}

export const policyDeclarationForm: DeclarationForm<'policies'> = {
  list: 'policies',
  title: 'Routing policies',
  one: 'policy',
  note: 'intended roles of circuits that reach the same site',
  empty:
    'Declare whether a second circuit is standby or active. Peerwatch then reports a backup in use, or a pair that does not share load, as a deviation.',
  whenRemoved: 'A backup in use, or a pair that does not share load, is no longer reported for its circuits.',
  fields: [
    {
      name: 'kind',
      label: 'Policy',
      kind: 'choice',
      initial: 'active_standby',
      options: () => createLabelOptions(kinds),
    },
    {
      name: 'circuits',
      label: 'Circuit',
      hint: 'Preferred circuit first.',
      kind: 'ranked',
      options: ({ circuits }) => createNameOptions(circuits),
    },
    {
      name: 'prefixes',
      label: 'Prefixes',
      hint: 'One per line; none = all.',
      kind: 'long',
      placeholder: '10.10.0.0/16',
    },
  ],
  nameOf: ({ kind }) => kinds[kind],
  wordsOf: ({ circuits, prefixes }, { nameOf }) => [
    circuits.map(nameOf).join(', then '),
    prefixes.length > 0 ? `for ${prefixes.join(', ')}` : 'for all prefixes',
  ],
}
