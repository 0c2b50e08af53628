import type { DeclaredMaintenance } from '../api/declarations.ts'
import { type EpochMs, DAY } from '../time/time.ts'
import { localAt, dayOf, instantOf, type LocalMs, type Zone } from '../time/local-time.ts'
import { parseRule, type RecurrenceRule } from './rule.ts'
import { occurrences, type Spend } from './occurrences.ts'

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

/** Most occurrences of one recurrence in one answer: nearly three years of a daily one. */
export const MAX_OCCURRENCES = 1_000

/** What it takes to find the instant of a local time, in days that a rule examines. */
export const TIME_EFFORT = 100

/** A time that comes again. Every occurrence lasts exactly as long as the first, also where clocks are changed within it. */
export interface RecurringTime {
  rule: RecurrenceRule
  /** of the first occurrence */
  start: LocalMs
  zone: Zone
  lengthMs: number
  /** no occurrence begins at these starts or on these days, `2026-12-26`, both local */
  except?: { starts?: ReadonlySet<LocalMs>; days?: ReadonlySet<string> }
  /** whether the start is an occurrence although the rule does not name it */
  countsStart?: boolean
}

export interface Occurrence {
  /** what the clocks of its zone show at its begin: what it is known by, also when it is moved */
  local: LocalMs
  from: EpochMs
  to: EpochMs
}

/**
 * Occurrences that have a moment in common with a time, in order, {@link MAX_OCCURRENCES} at the most: whatever repeats is expanded here
 * and nowhere else.
 * @param spend receives the work, so that a rule of strangers can be given up by what it throws
 */
export function occurrencesWithin(
  time: RecurringTime,
  within: { from: EpochMs; to: EpochMs },
  spend?: Spend,
): Occurrence[] {
  const { rule, start, zone, lengthMs, except, countsStart = false } = time
  const found: Occurrence[] = []
  const locals = occurrences(rule, start, {
    from: localAt(within.from - lengthMs, zone) - DAY,
    to: localAt(within.to, zone) + DAY,
    countsStart,
    ...(spend && { spend }),
  })
  for (const local of locals) {
    spend?.(TIME_EFFORT)
    const from = instantOf(local, zone)
    if (rule.until && 'at' in rule.until && from > rule.until.at) break
    if (from >= within.to || found.length === MAX_OCCURRENCES) break
    if (except?.starts?.has(local) || except?.days?.has(dayOf(local))) continue
    const to = from + lengthMs
    if (to > within.from) found.push({ local, from, to })
  }
  return found
}
