import { getServerNow } from '../../data/server-clock.ts'
import { parseRecurrenceRule, formatRecurrenceRule } from '#lib/contract/recurrence/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { DeclarationForm } from '../declaration-form.ts'
import { type FormDraft, splitDraftText, readDraftText } from '../../schema-form/form-fields.ts'
import {
  createDeclarationItemId,
  pathsFormField,
  formatInitialWindow,
  createResourcesFormField,
} from './window-fields.ts'

const ONCE = ''
const CUSTOM = 'custom'

/** Recurrence rules (RFC 5545) that the form offers as choices. The user can enter other rules as text. */
const simpleRules = [
  { value: 'FREQ=DAILY', label: 'every day' },
  { value: 'FREQ=WEEKLY', label: 'every week' },
  { value: 'FREQ=WEEKLY;INTERVAL=2', label: 'every 2 weeks' },
  { value: 'FREQ=MONTHLY', label: 'every month, on this day' },
]
const isSimple = (rule: string) => simpleRules.some(({ value }) => value === rule)

/** Returns the recurrence rule in the form values; null = the window does not recur. */
export function readRecurrenceRule(draft: FormDraft): string | null {
  const repeats = readDraftText(draft, 'repeats')
  if (repeats === ONCE) return null
  return repeats === CUSTOM ? readDraftText(draft, 'rule') : repeats
}
const doesRepeat = (draft: FormDraft) => readRecurrenceRule(draft) !== null

export const maintenanceDeclarationForm: DeclarationForm<'maintenance'> = {
  list: 'maintenance',
  title: 'Maintenance windows by hand',
  one: 'maintenance window',
  note: 'events are recorded, without paging',
  empty:
    'Declare work before it begins. Full outages, failures of other paths and overruns (> 10 min) still alert during maintenance.',
  whenRemoved: 'Events in this window notify again.',
  fields: [
    { name: 'title', label: 'Title', kind: 'line', placeholder: 'CHG-1042: London cross-connect' },
    { name: 'note', label: 'Note', kind: 'line' },
    { name: 'from', label: 'From', kind: 'time' },
    { name: 'to', label: 'To', kind: 'time' },
    {
      name: 'repeats',
      label: 'Repeats',
      hint: 'From and To describe the first window.',
      kind: 'choice',
      options: () => [{ value: ONCE, label: 'never' }, ...simpleRules, { value: CUSTOM, label: 'by a rule' }],
    },
    {
      name: 'rule',
      label: 'Rule',
      hint: 'An RRULE of RFC 5545 for days.',
      isShown: (draft) => readDraftText(draft, 'repeats') === CUSTOM,
      kind: 'line',
      placeholder: 'FREQ=MONTHLY;BYDAY=3SU',
    },
    {
      name: 'timeZone',
      label: 'Time zone',
      hint: 'It begins at the same time of day there, in summer and in winter.',
      isShown: doesRepeat,
      kind: 'line',
      placeholder: 'Europe/London',
    },
    {
      name: 'exceptDates',
      label: 'But not on',
      hint: 'Days, separated by commas.',
      isShown: doesRepeat,
      kind: 'line',
      placeholder: '2026-12-26',
    },
    createResourcesFormField('Resources', 'None chosen = all.'),
    pathsFormField,
  ],
  draftOf: (window, zone) => {
    const next = Math.ceil(getServerNow() / MS_PER_HOUR) * MS_PER_HOUR
    const rule = window?.recurrence?.rule ?? ''
    return {
      id: window?.id ?? createDeclarationItemId('mw'),
      ...(window ? {} : formatInitialWindow(next, next + 2 * MS_PER_HOUR, zone)),
      repeats: rule === '' ? ONCE : isSimple(rule) ? rule : CUSTOM,
      rule: isSimple(rule) ? '' : rule,
      timeZone: window?.recurrence?.timeZone ?? zone,
      exceptDates: window?.recurrence?.exceptDates.join(', ') ?? '',
    }
  },
  itemOf: (draft) => {
    const rule = readRecurrenceRule(draft)
    return {
      recurrence:
        rule === null
          ? null
          : { rule, timeZone: readDraftText(draft, 'timeZone'), exceptDates: splitDraftText(draft, 'exceptDates') },
    }
  },
  nameOf: ({ title }) => title,
  wordsOf: ({ scopes, paths, note, recurrence }, { nameOf }) => [
    scopes.length > 0 ? scopes.map(nameOf).join(', ') : 'everything',
    paths.length > 0 ? `${paths.join(' and ')} path` : 'both paths',
    ...(recurrence ? [formatRecurrence(recurrence)] : []),
    ...(note ? [note] : []),
  ],
}

function formatRecurrence({
  rule,
  timeZone,
  exceptDates,
}: {
  rule: string
  timeZone: string
  exceptDates: string[]
}): string {
  const read = parseRecurrenceRule(rule)
  const words = 'rule' in read ? formatRecurrenceRule(read.rule) : rule
  const except = exceptDates.length > 0 ? `, not on ${exceptDates.join(', ')}` : ''
  return `${words} (${timeZone})${except}`
}
