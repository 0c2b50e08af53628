export { declaredWithin, type DeclaredOccurrence, occurrenceId, recurringTimeOf } from './declared-recurrence.ts'
export { occurrences } from './occurrences.ts'
export {
  MOST_OCCURRENCES,
  type Occurrence,
  occurrencesWithin,
  type RecurringTime,
  TIME_EFFORT,
} from './recurring-times.ts'
export { type Frequency, parseRule, type RecurrenceRule } from './rule.ts'
export { ruleWords } from './rule-words.ts'
export { zoneNamed } from './windows-zones.ts'
