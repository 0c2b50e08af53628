import { circuitPaths } from '#lib/contract/vocabulary.ts'
import { type Form, listOf, textOf } from '../form.ts'
import { endsShown, HOUR, instantOf, newId, scopesField } from './window-fields.ts'

export const maintenanceForm: Form<'maintenance'> = {
  list: 'maintenance',
  title: 'Maintenance windows',
  one: 'maintenance window',
  note: 'announced work: its events are recorded, without paging',
  empty:
    'Declare work before it begins. Full outages, failures of other paths and overruns (> 10 min) still alert during maintenance.',
  fields: [
    { name: 'title', label: 'Title', kind: 'line', placeholder: 'CHG-1042: London cross-connect' },
    { name: 'from', label: 'From', kind: 'time' },
    { name: 'to', label: 'To', kind: 'time' },
    scopesField('Resources', 'None chosen = all.'),
    {
      name: 'paths',
      label: 'Paths',
      hint: 'None chosen = both.',
      kind: 'choices',
      options: () => circuitPaths.map((path) => ({ value: path, label: `${path} path` })),
    },
    { name: 'note', label: 'Note', kind: 'line' },
  ],
  draftOf: (window, zone) => {
    const next = Math.ceil(Date.now() / HOUR) * HOUR
    return {
      id: window?.id ?? newId('mw'),
      title: window?.title ?? '',
      ...endsShown(window, { from: next, to: next + 2 * HOUR }, zone),
      scopes: window?.scopes ?? [],
      paths: window?.paths ?? [],
      note: window?.note ?? '',
    }
  },
  itemOf: (draft, zone) => ({
    id: textOf(draft, 'id'),
    title: textOf(draft, 'title'),
    from: instantOf(draft, 'from', zone),
    to: instantOf(draft, 'to', zone),
    scopes: listOf(draft, 'scopes'),
    paths: listOf(draft, 'paths'),
    note: textOf(draft, 'note'),
  }),
  nameOf: ({ title }) => title,
  wordsOf: ({ scopes, paths, note }, { nameOf }) => [
    scopes.length > 0 ? scopes.map(nameOf).join(', ') : 'everything',
    paths.length > 0 ? `${paths.join(' and ')} path` : 'both paths',
    ...(note ? [note] : []),
  ],
}
