import type { DeclarationForm } from '../declaration-form.ts'

export const exclusionDeclarationForm: DeclarationForm<'exclusions'> = {
  list: 'exclusions',
  title: 'Excluded from polling',
  one: 'exclusion',
  note: 'found by the inventory, but not polled',
  empty: 'Name a resource, a resource group or a tag to leave it out of polling.',
  whenRemoved: 'It is polled again.',
  fields: [
    {
      name: 'match',
      label: 'Resource, resource group or tag',
      kind: 'line',
      placeholder: '/subscriptions/…/resourceGroups/lab or tag:env=test',
    },
    { name: 'why', label: 'Reason', kind: 'line', placeholder: 'a lab that is torn down every night' },
  ],
  nameOf: ({ match }) => match,
  wordsOf: ({ why }) => [why],
}
