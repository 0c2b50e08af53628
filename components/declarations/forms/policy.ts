import type { DeclaredPolicy } from '#lib/contract/index.ts'
import { type Form, listOf, partsOf, textOf } from '../form.ts'

const kinds: Record<DeclaredPolicy['kind'], string> = {
  active_standby: 'The first carries, the others wait',
  active_active: 'All carry alike',
  symmetric: 'Traffic returns on the way that it came',
}

export const policyForm: Form<'policies'> = {
  list: 'policies',
  title: 'Policies',
  one: 'policy',
  note: 'what is meant of circuits that reach the same place',
  empty:
    'Say whether a second circuit waits or carries: then a backup in use, or a pair that shares no load, is told as a deviation.',
  fields: [
    {
      name: 'kind',
      label: 'What is meant',
      kind: 'choice',
      options: () => Object.entries(kinds).map(([value, label]) => ({ value, label })),
    },
    {
      name: 'circuits',
      label: 'Circuit',
      hint: 'The preferred one first.',
      kind: 'ranked',
      options: ({ circuits }) => circuits.map(({ id, name }) => ({ value: id, label: name })),
    },
    {
      name: 'prefixes',
      label: 'Prefixes',
      hint: 'One a line; none = all that they carry.',
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
    kind: textOf(draft, 'kind'),
    circuits: listOf(draft, 'circuits'),
    prefixes: partsOf(draft, 'prefixes'),
  }),
  nameOf: ({ kind }) => kinds[kind],
  wordsOf: ({ circuits, prefixes }, { nameOf }) => [
    circuits.map(nameOf).join(', then '),
    prefixes.length > 0 ? `for ${prefixes.join(', ')}` : 'for everything that they carry',
  ],
}
