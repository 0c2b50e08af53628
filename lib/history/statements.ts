export { recording } from './index.ts'
export { selectRouteIntervalBounds } from './read/config/route-change-queries.ts'
export { HAS_READ_ROWS_CONDITION } from './read/polls/coverage-at.ts'
export { createQueryCursors, createCursorPage } from './read/cursor.ts'
export { EVENT_FILTER_CONDITION, getEventFilterValues, type EventFilter } from './read/events/list-events.ts'
export {
  IS_MAINTENANCE_CONDITION,
  IS_NOT_MERGED_CONDITION,
  SELECT_INCIDENT_OWNER,
} from './read/events/list-incidents.ts'
export { formatIntArray, parseIntegerList, buildValuesById } from './read/integer-arrays.ts'
export { mapPageRows, readIntervalPage, type IntervalPageQuery } from './read/routes/interval-page.ts'
export { MIN_LOAD_POLLS } from './read/polls/poll-loads.ts'
export {
  UNKNOWN_ROUTE_STATE,
  getRouteStateAttributesId,
  fillUnknownStates,
  isRouteStateUnsure,
  selectRowState,
  type RouteStatesAtTwoMoments,
} from './read/routes/route-states.ts'
export { readRouteTablesOfResource, formatSourceTableKey } from './read/routes/route-tables.ts'
export { readSessionSpans, type SessionSpanQuery, type SessionSpanRow } from './read/sessions/session-intervals.ts'
export {
  SOURCE_COLUMNS,
  createResourceCondition,
  createSourceListCondition,
  convertSourceRefRow,
  readSourcesOfResources,
  type ResourceIdFilter,
  type SourceRefRow,
} from './read/polls/list-sources.ts'
export { convertToSinceAndUntilBounds, convertToPresenceBounds } from './read/span-row.ts'
export { createStateChangeFields } from './record/sessions/advance-session.ts'
export type { SessionSpanColumns } from './record/sessions/session-rows.ts'
export { MAX_PACE_POLLS, selectMaxGapFreeSeconds } from './record/poll-pace.ts'
export { canonicalizeDatabasePrefix } from './record/routes/route-table.ts'
export { getStepNumber } from './rollup/write-buckets.ts'
export { readDeploymentValue, saveDeploymentValue } from './store/deployment-value.ts'
export {
  createTimeBoundsFromColumns,
  formatIsoTime,
  type BeginEndColumns,
  toEpochMs,
  type PresenceBoundColumns as SpanRow,
  replaceBoundColumns,
} from './times.ts'
export { selectEndedIntervals, selectRowsSince } from './past/past-selects.ts'
export type { SelectStatement, DatabaseTableRegistrations } from './types/tables.ts'
export { selectVisibleIds } from './scoped/declared-rules.ts'
export { createEventVisibleCondition, listVisibleNames, selectWholeTable } from './scoped/scope-selects.ts'
