import { HOUR } from '#lib/contract/time/time.ts'
import { serverNow } from '../../data/server-clock.ts'
import type { Form } from '../form.ts'
import { draftList, draftText } from '../../schema-form/fields.ts'
import { endsShown, windowInstant, newId, scopesField } from './window-fields.ts'

export const pauseForm: Form<'pauses'> = {
  list: 'pauses',
  title: 'Paused polls',
  one: 'pause',
  note: 'polling and alerting are paused; shown as UNKNOWN (paused by operator)',
  empty: 'All scheduled sources are polled.',
  whenRemoved: 'Polling and alerting go on at once.',
  fields: [
    { name: 'why', label: 'Reason', kind: 'line', placeholder: 'CHG-1042: the subscription moves to another tenant' },
    { name: 'from', label: 'From', kind: 'time' },
    { name: 'to', label: 'Until', hint: 'Polling resumes automatically.', kind: 'time' },
    scopesField('Resources', 'None chosen = all polling is paused.'),
  ],
  draftOf: (pause, zone) => {
    const minute = Math.floor(serverNow() / 60_000) * 60_000
    return {
      id: pause?.id ?? newId('pause'),
      by: pause?.by ?? '',
      why: pause?.why ?? '',
      ...endsShown(pause, { from: minute, to: minute + HOUR }, zone),
      scopes: pause?.scopes ?? [],
    }
  },
  itemOf: (draft, zone) => ({
    id: draftText(draft, 'id'),
    by: draftText(draft, 'by'),
    why: draftText(draft, 'why'),
    from: windowInstant(draft, 'from', zone),
    to: windowInstant(draft, 'to', zone),
    scopes: draftList(draft, 'scopes'),
  }),
  nameOf: ({ why }) => why,
  wordsOf: ({ scopes, by }, { nameOf }) => [
    scopes.length > 0 ? scopes.map(nameOf).join(', ') : 'everything',
    ...(by ? [`by ${by}`] : []),
  ],
}
