import {
  type EpochMs,
  eventAreas,
  getCauseOfEventKind,
  type EventKind,
  eventKindRecords,
  eventKinds,
  eventSubjectFormats,
  getEndingEventKind,
  getIncidentRoleOfEventKind,
  isPointEvent,
} from '#lib/contract/index.ts'
import type { ApiEventKind, IncidentsEndpointResponse } from '../api/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { buildAgeWithoutPolls } from '#lib/questions/index.ts'

/** Returns the description of every event kind, as the API publishes it. */
export const getEventKinds = (now: EpochMs = getDatabaseNow()): IncidentsEndpointResponse<'eventKinds'> => ({
  data: eventKinds.map(eventKindView),
  ...buildAgeWithoutPolls(now),
})

function eventKindView(kind: EventKind): ApiEventKind {
  const record = eventKindRecords[kind]
  return {
    ...record,
    kind,
    areaName: eventAreas[record.area],
    lifecycle: isPointEvent(kind) ? 'point' : 'interval',
    endedBy: getEndingEventKind(kind),
    recovery: record.recovery ?? false,
    scopes: [...record.scopes],
    subjectFormat: eventSubjectFormats[record.subject],
    polls: [...record.polls],
    proof: [...record.proof],
    incident: getIncidentRoleOfEventKind(kind),
    cause: getCauseOfEventKind(kind),
  }
}
