import { MINUTE } from '#lib/contract/time/time.ts'
import type { IncidentForNotices, EventOfIncident } from '../rules/incident-facts.ts'

export const T0 = Date.UTC(2030, 2, 4, 10)

export function eventOf(given: Partial<EventOfIncident> = {}): EventOfIncident {
  return {
    id: 'e1',
    kind: 'path_down',
    severity: 'major',
    scope: 'ckt',
    detectedAt: T0,
    started: { earliest: T0 - MINUTE, latest: T0 },
    open: true,
    isRoot: true,
    confirmed: true,
    muted: false,
    ...given,
  }
}

export function factsOf(given: Partial<IncidentForNotices> = {}): IncidentForNotices {
  return {
    id: 'i1',
    openedAt: T0,
    closedAt: null,
    started: { earliest: T0 - MINUTE, latest: T0 },
    acknowledgedAt: null,
    snoozedUntil: null,
    events: [eventOf()],
    pollMs: MINUTE,
    lastGoodSampleAt: null,
    ...given,
  }
}
