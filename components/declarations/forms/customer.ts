import type { DeclaredCustomer } from '#lib/contract/index.ts'
import type { DeclarationForm } from '../declaration-form.ts'
import { createLabelOptions, createNameOptions } from '../../schema-form/form-fields.ts'

const connects: Record<NonNullable<DeclaredCustomer['connect']>, string> = {
  through: 'Connect-through: the provider runs the circuits',
  to: 'Connect-to: the customer runs the circuits',
}

export const customerDeclarationForm: DeclarationForm<'customers'> = {
  list: 'customers',
  title: 'Customers',
  one: 'customer',
  note: 'owners of subscriptions and circuits',
  empty: 'Name a customer with their subscriptions or circuits, to list and restrict what belongs to them.',
  whenRemoved: 'Its subscriptions and circuits will have no customer.',
  fields: [
    { name: 'name', label: 'Name', kind: 'line', placeholder: 'Contoso' },
    {
      name: 'connect',
      label: 'Connection model (CSP)',
      kind: 'choice',
      options: () => createLabelOptions({ '': 'None', ...connects }),
    },
    {
      name: 'circuits',
      label: 'Circuits',
      hint: 'They belong to this customer in every subscription.',
      kind: 'choices',
      options: ({ circuits }) => createNameOptions(circuits),
    },
    { name: 'subscriptions', label: 'Subscriptions', hint: 'Ids, one per line.', kind: 'long' },
    { name: 'tenants', label: 'Tenants', hint: 'Ids, one per line: all of their other subscriptions.', kind: 'long' },
  ],
  nameOf: ({ name }) => name,
  wordsOf: ({ connect, circuits, subscriptions, tenants }, { nameOf, labelOf }) => [
    ...(connect ? [connects[connect]] : []),
    ...circuits.map(nameOf),
    ...subscriptions.map(labelOf),
    ...tenants.map((tenant) => `tenant ${tenant}`),
  ],
}
