export {
  declaredWithin,
  type DeclaredOccurrence,
  occurrenceId,
  recurringTimeOf,
  MAX_OCCURRENCES,
  type Occurrence,
  occurrencesWithin,
  type RecurringTime,
  TIME_EFFORT,
} from './declared-recurrence.ts'
export { occurrences } from './occurrences.ts'
export { type Frequency, parseRule, type RecurrenceRule } from './rule.ts'
export { formatRule } from './rule-text.ts'
export { zoneNamed } from './windows-zones.ts'
