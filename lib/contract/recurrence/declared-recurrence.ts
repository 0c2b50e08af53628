import type { DeclaredMaintenance } from '../api/declarations.ts'
import type { EpochMs } from '../time/time.ts'
import { localAt } from '../time/local-time.ts'
import { occurrencesWithin, type RecurringTime } from './recurring-times.ts'
import { parseRule } from './rule.ts'

/** One time that is declared: a window that does not repeat, or an occurrence of one that does. */
export type DeclaredOccurrence = Omit<DeclaredMaintenance, 'recurrence'> & {
  /** id of the declared window */
  windowId: string
  isRecurring: boolean
}

/** Times of declared windows that have a moment in common with a time, each as a window of its own. */
export function declaredWithin(
  windows: readonly DeclaredMaintenance[],
  within: { from: EpochMs; to: EpochMs },
): DeclaredOccurrence[] {
  return windows.flatMap(({ recurrence, ...window }): DeclaredOccurrence[] => {
    if (recurrence === null) {
      const isWithin = Date.parse(window.from) < within.to && Date.parse(window.to) > within.from
      return isWithin ? [{ ...window, windowId: window.id, isRecurring: false }] : []
    }
    const time = recurringTimeOf({ ...window, recurrence })
    return (time ? occurrencesWithin(time, within) : []).map(({ from, to }) => ({
      ...window,
      windowId: window.id,
      isRecurring: true,
      id: occurrenceId(window.id, from),
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    }))
  })
}

/** Unlike that of any other occurrence: `mw-1@2026-12-05T22:00Z`. */
export const occurrenceId = (windowId: string, from: EpochMs): string =>
  `${windowId}@${new Date(from).toISOString().slice(0, 16)}Z`

/** Null where the rule can't be read. */
export function recurringTimeOf({
  from,
  to,
  recurrence,
}: Pick<DeclaredMaintenance, 'from' | 'to'> & {
  recurrence: NonNullable<DeclaredMaintenance['recurrence']>
}): RecurringTime | null {
  const read = parseRule(recurrence.rule)
  if ('wrong' in read) return null
  const { timeZone, exceptDates } = recurrence
  const start = Date.parse(from)
  return {
    rule: read.rule,
    start: localAt(start, timeZone),
    zone: timeZone,
    lengthMs: Date.parse(to) - start,
    except: { days: new Set(exceptDates) },
  }
}
