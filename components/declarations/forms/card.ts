import type { DeclarationForm } from '../declaration-form.ts'
import { buildResourceOptions } from '../../schema-form/form-fields.ts'

export const operatorCardDeclarationForm: DeclarationForm<'cards'> = {
  list: 'cards',
  title: 'Contacts and runbooks',
  one: 'contact',
  note: 'name, service id and whom to call',
  empty:
    'Give a circuit or gateway your own name, a contact and a runbook. They are shown on its page, in its incidents and in messages.',
  whenRemoved: 'Name, contact and runbook are removed from pages, incidents and messages.',
  fields: [
    {
      name: 'scope',
      label: 'Circuit or gateway',
      kind: 'choice',
      options: buildResourceOptions,
    },
    {
      name: 'part',
      label: 'Part',
      hint: 'Empty = the whole resource. Otherwise primary, secondary, or a session as localAddress~neighbor.',
      kind: 'line',
    },
    { name: 'displayName', label: 'Name', kind: 'line', placeholder: 'London, Telehouse' },
    { name: 'serviceId', label: 'Provider’s service id', kind: 'line', placeholder: 'EL-004711' },
    { name: 'contact', label: 'Contact', kind: 'line', placeholder: 'NOC, +44 20 7946 0000' },
    { name: 'runbookUrl', label: 'Runbook', kind: 'line', placeholder: 'https://' },
    { name: 'note', label: 'Note', kind: 'long', wide: true },
  ],
  nameOf: ({ scope, part }, { nameOf }) => (part ? `${nameOf(scope)}, ${part}` : nameOf(scope)),
  wordsOf: ({ displayName, serviceId, contact }) => [displayName, serviceId, contact].filter(Boolean),
}
