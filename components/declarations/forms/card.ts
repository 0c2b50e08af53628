import { type Form, textOf } from '../form.ts'

export const cardForm: Form<'cards'> = {
  list: 'cards',
  title: 'Cards',
  one: 'card',
  note: 'what you call a thing, the provider’s service id, and whom to ring',
  empty:
    'Give a circuit or gateway your own name, a contact and a runbook: they stand on its page, its incidents and messages.',
  fields: [
    {
      name: 'scope',
      label: 'Circuit or gateway',
      kind: 'choice',
      options: ({ circuits, gateways }) =>
        [...circuits, ...gateways].map(({ id, name }) => ({ value: id, label: name })),
    },
    {
      name: 'part',
      label: 'Part',
      hint: 'Empty = the whole; else primary, secondary, or a session as localAddress~neighbor.',
      kind: 'line',
    },
    { name: 'displayName', label: 'Own name', kind: 'line', placeholder: 'London, Telehouse' },
    { name: 'serviceId', label: 'Provider’s service id', kind: 'line', placeholder: 'EL-004711' },
    { name: 'contact', label: 'Contact', kind: 'line', placeholder: 'Example Carrier NOC, +44 20 7946 0000' },
    { name: 'runbookUrl', label: 'Runbook', kind: 'line', placeholder: 'https://' },
    { name: 'note', label: 'Note', kind: 'long', wide: true },
  ],
  draftOf: (card) => ({
    scope: card?.scope ?? '',
    part: card?.part ?? '',
    displayName: card?.displayName ?? '',
    serviceId: card?.serviceId ?? '',
    contact: card?.contact ?? '',
    runbookUrl: card?.runbookUrl ?? '',
    note: card?.note ?? '',
  }),
  itemOf: (draft) => Object.fromEntries(cardForm.fields.map(({ name }) => [name, textOf(draft, name)])),
  nameOf: ({ scope, part }, { nameOf }) => (part ? `${nameOf(scope)}, ${part}` : nameOf(scope)),
  wordsOf: ({ displayName, serviceId, contact }) => [displayName, serviceId, contact].filter(Boolean),
}
