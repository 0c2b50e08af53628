export { assignIncident, listAssignments, listRecentAssignees } from './assignments.ts'
export { readCounterPairs, type CountedBytes, type CounterPeriod } from './counter-pairs.ts'
export { readEventRepeats, type EventRepetition } from './event-repeats.ts'
export { countEventsByStep, listFlapCounts, type EventStepCount, type FlapCount } from './event-summary.ts'
export {
  IMPACT_RULES_VERSION,
  readStoredImpacts,
  storeImpacts,
  type RouteTableImpact,
  type StoredImpact,
  type UnstoredIncident,
  readIncidentsWithoutStoredImpact,
} from './impacts.ts'
export { readIncidentStatistics, type IncidentStatistics } from './incident-summary.ts'
export { addNote, updateNote, findNote, listNotes, removeNote } from './notes.ts'
export { countIncidentRecurrences, type IncidentRecurrence } from './recurrences.ts'
export {
  findPeriodsWithRouteChanges,
  readRoutePresences,
  type RoutePresenceInterval,
  type RouteTablePeriod,
} from './route-spans.ts'
