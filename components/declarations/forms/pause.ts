import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { getServerNow } from '../../data/server-clock.ts'
import type { DeclarationForm } from '../declaration-form.ts'
import { createDeclarationItemId, formatInitialWindow, createResourcesFormField } from './window-fields.ts'

export const pauseDeclarationForm: DeclarationForm<'pauses'> = {
  list: 'pauses',
  title: 'Paused polls',
  one: 'pause',
  note: 'polling and alerting are paused; shown as UNKNOWN (paused by operator)',
  empty: 'All scheduled sources are polled.',
  whenRemoved: 'Polling and alerting resume immediately.',
  fields: [
    { name: 'why', label: 'Reason', kind: 'line', placeholder: 'CHG-1042: the subscription moves to another tenant' },
    { name: 'from', label: 'From', kind: 'time' },
    { name: 'to', label: 'Until', hint: 'Polling resumes automatically.', kind: 'time' },
    createResourcesFormField('Resources', 'None chosen = all polling is paused.'),
  ],
  draftOf: (pause, zone) => {
    const minute = Math.floor(getServerNow() / 60_000) * 60_000
    return {
      id: pause?.id ?? createDeclarationItemId('pause'),
      by: pause?.by ?? '',
      ...(pause ? {} : formatInitialWindow(minute, minute + MS_PER_HOUR, zone)),
    }
  },
  nameOf: ({ why }) => why,
  wordsOf: ({ scopes, by }, { nameOf }) => [
    scopes.length > 0 ? scopes.map(nameOf).join(', ') : 'everything',
    ...(by ? [`by ${by}`] : []),
  ],
}
