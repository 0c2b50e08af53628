import type { DeclarationForm } from '../declaration-form.ts'

export const customerTagDeclarationForm: DeclarationForm<'customerTags'> = {
  list: 'customerTags',
  title: 'Customer tags',
  one: 'customer tag',
  note: 'a tag whose value names the customer',
  empty: 'Name a tag of circuits or subscriptions to assign them to the customer that is its value.',
  whenRemoved: 'Resources assigned only by this tag will have no customer.',
  fields: [{ name: 'name', label: 'Tag', kind: 'line', placeholder: 'customer' }],
  nameOf: ({ name }) => name,
  wordsOf: () => [],
}
