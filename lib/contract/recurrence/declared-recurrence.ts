import type { DeclaredMaintenance } from '../api/declarations.ts'
import { type EpochMs, MS_PER_DAY } from '../time/time.ts'
import {
  convertInstantToLocal,
  formatLocalDay,
  convertLocalToInstant,
  type LocalMs,
  type TimeZoneOrOffsetFunction,
} from '../time/local-time.ts'
import { parseRecurrenceRule, type RecurrenceRule } from './rule.ts'
import { generateOccurrenceStarts, type AddSearchCost } from './occurrences.ts'

/** Single time of declared maintenance: a window that does not repeat, or one occurrence of a recurring window. */
export type DeclaredOccurrence = Omit<DeclaredMaintenance, 'recurrence'> & {
  /** id of the declared window */
  windowId: string
  isRecurring: boolean
}

/**
 * Returns the times of declared maintenance that overlap a period. Each occurrence of a recurring window is a separate
 * entry.
 */
export function listMaintenanceWithin(
  windows: readonly DeclaredMaintenance[],
  within: { from: EpochMs; to: EpochMs },
): DeclaredOccurrence[] {
  return windows.flatMap(({ recurrence, ...window }): DeclaredOccurrence[] => {
    if (recurrence === null) {
      const isWithin = Date.parse(window.from) < within.to && Date.parse(window.to) > within.from
      return isWithin ? [{ ...window, windowId: window.id, isRecurring: false }] : []
    }
    const time = parseRecurringTime({ ...window, recurrence })
    return (time ? listOccurrencesWithin(time, within) : []).map(({ from, to }) => ({
      ...window,
      windowId: window.id,
      isRecurring: true,
      id: formatOccurrenceId(window.id, from),
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    }))
  })
}

/** Returns the id of an occurrence: the id of its window and the start in UTC, for example `mw-1@2026-12-05T22:00Z`. */
export const formatOccurrenceId = (windowId: string, from: EpochMs): string =>
  `${windowId}@${new Date(from).toISOString().slice(0, 16)}Z`

/** Returns the recurring time of a declared window; null if its rule cannot be parsed. */
export function parseRecurringTime({
  from,
  to,
  recurrence,
}: Pick<DeclaredMaintenance, 'from' | 'to'> & {
  recurrence: NonNullable<DeclaredMaintenance['recurrence']>
}): RecurringTimePeriod | null {
  const read = parseRecurrenceRule(recurrence.rule)
  if ('wrong' in read) return null
  const { timeZone, exceptDates } = recurrence
  const start = Date.parse(from)
  return {
    rule: read.rule,
    start: convertInstantToLocal(start, timeZone),
    zone: timeZone,
    lengthMs: Date.parse(to) - start,
    except: { days: new Set(exceptDates) },
  }
}

/**
 * Maximum number of occurrences of one recurrence in a result. A daily recurrence reaches it after almost three years.
 */
export const MAX_OCCURRENCES_PER_RECURRENCE = 1_000

/**
 * Cost of converting one local time to an instant. One unit of cost is the check whether a recurrence rule selects one
 * day, so a conversion costs as much as 100 such checks.
 */
export const LOCAL_TIME_COST_DAYS = 100

/**
 * Recurring time: a rule, the start and length of the first occurrence, and a time zone. Every occurrence has the same
 * length, also if a clock change falls into it.
 */
export interface RecurringTimePeriod {
  rule: RecurrenceRule
  /** local start of the first occurrence */
  start: LocalMs
  zone: TimeZoneOrOffsetFunction
  lengthMs: number
  /**
   * starts at which the rule would begin an occurrence, but none takes place: local times (`starts`) or local days such
   * as `2026-12-26` (`days`)
   */
  except?: { starts?: ReadonlySet<LocalMs>; days?: ReadonlySet<string> }
  /** true if the first start is an occurrence although the rule does not select it */
  countsStart?: boolean
}

export interface MaintenanceOccurrence {
  /**
   * local start according to the rule. It identifies the occurrence, also after the occurrence was moved to another
   * time
   */
  local: LocalMs
  from: EpochMs
  to: EpochMs
}

/**
 * Returns the occurrences that overlap a period, in order, at most {@link MAX_OCCURRENCES_PER_RECURRENCE}.
 * @param spend called with the cost of each step. It can throw to stop the expansion of a rule from an untrusted source
 */
export function listOccurrencesWithin(
  time: RecurringTimePeriod,
  within: { from: EpochMs; to: EpochMs },
  spend?: AddSearchCost,
): MaintenanceOccurrence[] {
  const { rule, start, zone, lengthMs, except, countsStart = false } = time
  const found: MaintenanceOccurrence[] = []
  const locals = generateOccurrenceStarts(rule, start, {
    from: convertInstantToLocal(within.from - lengthMs, zone) - MS_PER_DAY,
    to: convertInstantToLocal(within.to, zone) + MS_PER_DAY,
    countsStart,
    ...(spend && { spend }),
  })
  for (const local of locals) {
    spend?.(LOCAL_TIME_COST_DAYS)
    const from = convertLocalToInstant(local, zone)
    if (rule.until && 'at' in rule.until && from > rule.until.at) break
    if (from >= within.to || found.length === MAX_OCCURRENCES_PER_RECURRENCE) break
    if (except?.starts?.has(local) || except?.days?.has(formatLocalDay(local))) continue
    const to = from + lengthMs
    if (to > within.from) found.push({ local, from, to })
  }
  return found
}
