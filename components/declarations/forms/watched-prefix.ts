import type { DeclarationForm } from '../declaration-form.ts'

export const watchedPrefixDeclarationForm: DeclarationForm<'watched'> = {
  list: 'watched',
  title: 'Watched prefixes',
  one: 'prefix',
  note: 'each change of these prefixes raises an event',
  empty: 'Add prefixes whose every change matters: a payment network, the default route.',
  whenRemoved: 'Its changes no longer raise events.',
  fields: [
    { name: 'prefix', label: 'Prefix', kind: 'line', placeholder: '10.10.0.0/16' },
    { name: 'note', label: 'Note', kind: 'line', placeholder: 'why it matters' },
  ],
  nameOf: ({ prefix }) => prefix,
  wordsOf: ({ note }) => (note ? [note] : []),
}
