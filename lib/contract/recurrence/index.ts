export {
  listMaintenanceWithin,
  type DeclaredOccurrence,
  formatOccurrenceId,
  parseRecurringTime,
  MAX_OCCURRENCES_PER_RECURRENCE,
  type MaintenanceOccurrence,
  listOccurrencesWithin,
  type RecurringTimePeriod,
  LOCAL_TIME_COST_DAYS,
} from './declared-recurrence.ts'
export { generateOccurrenceStarts } from './occurrences.ts'
export { type RecurrenceFrequency, parseRecurrenceRule, type RecurrenceRule } from './rule.ts'
export { formatRecurrenceRule } from './rule-text.ts'
export { findIanaZone } from './windows-zones.ts'
