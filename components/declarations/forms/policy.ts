import type { DeclaredPolicy } from '#lib/contract/index.ts'
import type { Form } from '../form.ts'
import { draftList, draftParts, draftText } from '../../schema-form/fields.ts'

const kinds: Record<DeclaredPolicy['kind'], string> = {
  active_standby: 'Active/standby: the first carries traffic',
  active_active: 'Active/active: all share traffic',
  symmetric: 'Symmetric: traffic returns on the same path',
}

export const policyForm: Form<'policies'> = {
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
      options: () => Object.entries(kinds).map(([value, label]) => ({ value, label })),
    },
    {
      name: 'circuits',
      label: 'Circuit',
      hint: 'Preferred circuit first.',
      kind: 'ranked',
      options: ({ circuits }) => circuits.map(({ id, name }) => ({ value: id, label: name })),
    },
    {
      name: 'prefixes',
      label: 'Prefixes',
      hint: 'One per line; none = all.',
      kind: 'long',
      placeholder: '10.10.0.0/16',
    },
  ],
  draftOf: (policy) => ({
    kind: policy?.kind ?? 'active_standby',
    circuits: policy?.circuits ?? [],
    prefixes: policy?.prefixes.join('\n') ?? '',
  }),
  itemOf: (draft) => ({
    kind: draftText(draft, 'kind'),
    circuits: draftList(draft, 'circuits'),
    prefixes: draftParts(draft, 'prefixes'),
  }),
  nameOf: ({ kind }) => kinds[kind],
  wordsOf: ({ circuits, prefixes }, { nameOf }) => [
    circuits.map(nameOf).join(', then '),
    prefixes.length > 0 ? `for ${prefixes.join(', ')}` : 'for all prefixes',
  ],
}
