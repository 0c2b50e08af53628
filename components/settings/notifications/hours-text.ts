import {
  type HoursWindow,
  type OutsideHours,
  type ReceivingHours,
  type Weekday,
  weekdays,
} from '#lib/contract/index.ts'
import type { Field } from '../../declarations/form.ts'

const outside: Readonly<Record<OutsideHours, string>> = {
  hold: 'held, and sent as one digest when the hours begin',
  critical: 'not sent, unless critical',
  nothing: 'not sent',
}

/** In which hours the channel receives incidents. */
export const hoursFields: Field[] = [
  {
    name: 'hours',
    label: 'Hours',
    kind: 'long',
    placeholder: 'mon-fri 08:00-18:00',
    hint: 'One window per line: days, then from-to. A window whose end is not after its beginning ends on the next day. Empty: at all times. Escalations and weekly digests come at any hour.',
  },
  {
    name: 'zone',
    label: 'Time zone of the hours',
    kind: 'line',
    placeholder: 'Europe/London',
    hint: 'IANA name. The clock on the wall counts, so that summer time moves the hours with it.',
  },
  {
    name: 'outside',
    label: 'Outside the hours',
    kind: 'choice',
    wide: true,
    options: () => Object.entries(outside).map(([value, label]) => ({ value, label })),
  },
]

/** A line of the form as the API takes it; what is no window is refused by the schema. */
export function readWindow(line: string): HoursWindow {
  const [, names = '', from = '', to = ''] = /^(.*?)\s*(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})$/.exec(line.trim()) ?? []
  const padded = (clock: string) => clock.padStart(5, '0')
  const days = names === '' && from !== '' ? [...weekdays] : names.split(/\s+/).flatMap(daysOf)
  return { days, from: padded(from), to: padded(to) }
}

/** `mon-fri` goes around the end of the week, too. */
function daysOf(text: string): Weekday[] {
  const [first, last = first] = text
    .toLowerCase()
    .split('-')
    .map((day) => weekdays.findIndex((one) => day.startsWith(one)))
  if (first === undefined || last === undefined || first < 0 || last < 0) return []
  const count = ((last - first + 7) % 7) + 1
  return Array.from({ length: count }, (_, index) => weekdays[(first + index) % 7] ?? 'mon')
}

/** Days in a row are written as one. */
export function windowText({ days, from, to }: HoursWindow): string {
  const runs: Weekday[][] = []
  for (const day of weekdays.filter((one) => days.includes(one))) {
    const last = runs.at(-1)
    if (last?.at(-1) === weekdays[weekdays.indexOf(day) - 1] && last) last.push(day)
    else runs.push([day])
  }
  const names = runs.flatMap((run) => (run.length > 2 ? [`${run[0]}-${run.at(-1)}`] : run))
  return `${names.join(' ')} ${from}-${to}`
}

export const hoursText = (hours: ReceivingHours | null): string => hours?.windows.map(windowText).join('\n') ?? ''

/** `mon-fri 08:00-18:00 Europe/London, else held` */
export function hoursWords({ zone, windows, outside: what }: ReceivingHours): string {
  const other = { hold: 'held until then', critical: 'otherwise critical only', nothing: 'otherwise nothing' }[what]
  return `${windows.map(windowText).join(', ')} ${zone}, ${other}`
}
