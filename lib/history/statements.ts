export { recording } from './index.ts'
export { boundsSeen } from './read/config/changes-seen.ts'
export { READABLE } from './read/polls/coverage-at.ts'
export { cursorsOf, cursorPage } from './read/cursor.ts'
export { EVENT_FILTER, filterValues, type EventFilter } from './read/events/list-events.ts'
export { IS_MAINTENANCE, IS_NOT_MERGED, OWNER } from './read/events/list-incidents.ts'
export { formatIntArray, parseIntegers, valuesById } from './read/numbers.ts'
export { mapPage, pageOfIntervals, type IntervalPageQuery } from './read/routes/page-of-intervals.ts'
export { MIN_LOAD_POLLS } from './read/polls/poll-loads.ts'
export {
  UNKNOWN,
  attributesIdOf,
  fillUnknownStates,
  isUnsure,
  selectRowState,
  type RouteStates,
} from './read/routes/route-states.ts'
export { routeTablesInScope, sourceTableKey } from './read/routes/route-tables.ts'
export { sessionSpans, type SessionSpanQuery, type SessionSpanRow } from './read/sessions/session-intervals.ts'
export {
  SOURCE_COLUMNS,
  inScope,
  ofSources,
  sourceRef,
  sourcesInScope,
  type Scopes,
  type SourceRefRow,
} from './read/polls/list-sources.ts'
export { sinceAndUntil, spanTimes } from './read/span-row.ts'
export { turnBounds } from './record/sessions/advance-session.ts'
export type { SessionSpanColumns } from './record/sessions/session-rows.ts'
export { MAX_PACE_POLLS, gapAfterSeconds } from './record/pace.ts'
export { prefixFromDatabase } from './record/routes/route-table.ts'
export { stepNumber } from './rollup/write-buckets.ts'
export { readDeploymentValue, saveDeploymentValue } from './store/deployment-value.ts'
export { boundsOf, iso, type LastingFields, ms, type SpanColumns as SpanRow, withLasting } from './times.ts'
export { ended, since } from './past/rules.ts'
export type { Select, Tables } from './types/tables.ts'
export { selectVisibleIds } from './scoped/declared-rules.ts'
export { EVENT_SEEN, listVisibleNames, selectWholeTable } from './scoped/rules.ts'
