export {
  listMaintenanceWithin,
  type DeclaredOccurrence,
  formatOccurrenceId,
  parseRecurringTime,
  MAX_OCCURRENCES,
  type Occurrence,
  listOccurrencesWithin,
  type RecurringTime,
  LOCAL_TIME_COST_DAYS,
} from './declared-recurrence.ts'
export { generateOccurrences } from './occurrences.ts'
export { type Frequency, parseRule, type RecurrenceRule } from './rule.ts'
export { formatRule } from './rule-text.ts'
export { findIanaZone } from './windows-zones.ts'
