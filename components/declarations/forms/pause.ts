import { type Form, listOf, textOf } from '../form.ts'
import { endsShown, HOUR, instantOf, newId, scopesField } from './window-fields.ts'

export const pauseForm: Form<'pauses'> = {
  list: 'pauses',
  title: 'Paused polls',
  one: 'pause',
  note: 'not asked, not judged, nobody is told: UNKNOWN, paused by an operator',
  empty: 'Everything on the timetable is polled.',
  fields: [
    { name: 'why', label: 'Why', kind: 'line', placeholder: 'CHG-1042: the subscription moves to another tenant' },
    { name: 'from', label: 'From', kind: 'time' },
    { name: 'to', label: 'Until', hint: 'Polls go on by themselves then.', kind: 'time' },
    scopesField('What is not polled', 'None chosen = nothing at all is polled.'),
  ],
  draftOf: (pause, zone) => {
    const minute = Math.floor(Date.now() / 60_000) * 60_000
    return {
      id: pause?.id ?? newId('pause'),
      by: pause?.by ?? '',
      why: pause?.why ?? '',
      ...endsShown(pause, { from: minute, to: minute + HOUR }, zone),
      scopes: pause?.scopes ?? [],
    }
  },
  itemOf: (draft, zone) => ({
    id: textOf(draft, 'id'),
    by: textOf(draft, 'by'),
    why: textOf(draft, 'why'),
    from: instantOf(draft, 'from', zone),
    to: instantOf(draft, 'to', zone),
    scopes: listOf(draft, 'scopes'),
  }),
  nameOf: ({ why }) => why,
  wordsOf: ({ scopes, by }, { nameOf }) => [
    scopes.length > 0 ? scopes.map(nameOf).join(', ') : 'everything',
    ...(by ? [`by ${by}`] : []),
  ],
}
