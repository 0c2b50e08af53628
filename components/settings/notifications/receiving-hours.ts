import {
  type ReceivingHoursRange,
  type UserActionTime,
  userActionTimes,
  type OutsideHoursHandling,
  type ReceivingHours,
  type Severity,
  severities,
  type Weekday,
  weekdays,
} from '#lib/contract/index.ts'
import {
  type FormDraft,
  type FormFieldSpec,
  readDraftList,
  readDraftRows,
  readDraftText,
  createLabelOptions,
} from '../../schema-form/form-fields.ts'

/** Returns the form field for the minimum severity of notifications. */
export const createMinSeverityField = (initial: Severity): FormFieldSpec => ({
  name: 'minSeverity',
  label: 'Minimum severity',
  kind: 'choice',
  initial,
  options: () => severities.filter((one) => one !== 'info').map((value) => ({ value, label: value })),
})

const neededByLabels: Readonly<Record<UserActionTime, string>> = {
  now: 'only incidents that need somebody now',
  today: 'incidents that need somebody now or today',
  nobody: 'all incidents',
}

/**
 * Form field that limits the incidents which are sent by their urgency, that is, by the time at which a person must
 * act.
 */
export const userActionTimeFormField: FormFieldSpec = {
  name: 'neededBy',
  label: 'Urgency',
  kind: 'choice',
  initial: 'nobody',
  options: () => userActionTimes.toReversed().map((value) => ({ value, label: neededByLabels[value] })),
}

/** Describes an urgency filter as a list with one text. The list is empty if the filter lets all incidents pass. */
export const formatUserActionTime = (neededBy: UserActionTime): string[] =>
  neededBy === 'nobody' ? [] : [neededByLabels[neededBy]]

const outside: Readonly<Record<OutsideHoursHandling, string>> = {
  hold: 'held, and sent as one digest when the hours begin',
  critical: 'not sent, unless critical',
  nothing: 'not sent',
}

const dayNames: Readonly<Record<Weekday, string>> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
}

const isLimited = (draft: FormDraft) => readDraftRows(draft, 'hours').length > 0

/**
 * Form fields for the hours in which a channel receives incidents, and for the handling of incidents outside these
 * hours.
 */
export const receivingHoursFields: FormFieldSpec[] = [
  {
    name: 'hours',
    label: 'Hours',
    kind: 'rows',
    one: 'Window',
    most: 20,
    hint: 'None: at all times. A window whose end is not after its beginning ends on the next day. Escalations and weekly digests come at any hour.',
    parts: [
      {
        name: 'days',
        label: 'Days',
        kind: 'choices',
        wide: true,
        options: () => weekdays.map((value) => ({ value, label: dayNames[value] })),
      },
      { name: 'from', label: 'From', kind: 'line', placeholder: '08:00' },
      { name: 'to', label: 'To', kind: 'line', placeholder: '18:00' },
    ],
  },
  {
    name: 'zone',
    label: 'Time zone of the hours',
    kind: 'line',
    placeholder: 'Europe/London',
    hint: 'IANA name. The hours are local times, so they follow daylight saving time.',
    isShown: isLimited,
  },
  {
    name: 'outside',
    label: 'Outside the hours',
    kind: 'choice',
    initial: 'hold',
    options: () => createLabelOptions(outside),
    isShown: isLimited,
  },
]

/**
 * Converts the rows of the form to time windows of the API; the time `8:00` becomes `08:00`. Invalid windows are kept,
 * because the schema of the API rejects them later.
 */
export const readHoursWindows = (draft: FormDraft) =>
  readDraftRows(draft, 'hours').map((row) => ({
    days: readDraftList(row, 'days'),
    from: clockOf(readDraftText(row, 'from')),
    to: clockOf(readDraftText(row, 'to')),
  }))

const clockOf = (text: string) => text.trim().replace(/^\d:/, '0$&')

/** Formats a time window: `mon-fri 08:00-18:00`. Three or more consecutive days are shortened to a range. */
export function formatHoursWindow({ days, from, to }: ReceivingHoursRange): string {
  const runs: Weekday[][] = []
  for (const day of weekdays.filter((one) => days.includes(one))) {
    const last = runs.at(-1)
    if (last?.at(-1) === weekdays[weekdays.indexOf(day) - 1] && last) last.push(day)
    else runs.push([day])
  }
  const names = runs.flatMap((run) => (run.length > 2 ? [`${run[0]}-${run.at(-1)}`] : run))
  return `${names.join(' ')} ${from}-${to}`
}

/** Formats receiving hours: `mon-fri 08:00-18:00 Europe/London, held until then` */
export function formatReceivingHours({ zone, windows, outside: what }: ReceivingHours): string {
  const other = { hold: 'held until then', critical: 'otherwise critical only', nothing: 'otherwise nothing' }[what]
  return `${windows.map(formatHoursWindow).join(', ')} ${zone}, ${other}`
}
