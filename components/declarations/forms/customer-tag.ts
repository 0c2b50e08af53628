import type { Form } from '../form.ts'
import { draftText } from '../../schema-form/fields.ts'

export const customerTagForm: Form<'customerTags'> = {
  list: 'customerTags',
  title: 'Customer tags',
  one: 'customer tag',
  note: 'a tag whose value names the customer',
  empty: 'Name a tag of circuits or subscriptions to assign them to the customer that is its value.',
  whenRemoved: 'What only this tag assigns belongs to no customer.',
  fields: [{ name: 'name', label: 'Tag', kind: 'line', placeholder: 'customer' }],
  draftOf: (tag) => ({ name: tag?.name ?? '' }),
  itemOf: (draft) => ({ name: draftText(draft, 'name') }),
  nameOf: ({ name }) => name,
  wordsOf: () => [],
}
