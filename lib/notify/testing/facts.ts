import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { IncidentForNotices, EventOfIncident } from '../rules/incident-facts.ts'

export const TEST_START_TIME = Date.UTC(2030, 2, 4, 10)

export function createTestIncidentEventForNotices(given: Partial<EventOfIncident> = {}): EventOfIncident {
  return {
    id: 'e1',
    kind: 'path_down',
    severity: 'major',
    scope: 'ckt',
    subject: 'AzurePrivatePeering/primary',
    cause: null,
    detectedAt: TEST_START_TIME,
    started: { earliest: TEST_START_TIME - MS_PER_MINUTE, latest: TEST_START_TIME },
    open: true,
    isRoot: true,
    confirmed: true,
    muted: false,
    ...given,
  }
}

export function createTestIncidentNoticeInput(given: Partial<IncidentForNotices> = {}): IncidentForNotices {
  return {
    id: 'i1',
    openedAt: TEST_START_TIME,
    closedAt: null,
    started: { earliest: TEST_START_TIME - MS_PER_MINUTE, latest: TEST_START_TIME },
    acknowledgedAt: null,
    snoozedUntil: null,
    events: [createTestIncidentEventForNotices()],
    pollMs: MS_PER_MINUTE,
    lastGoodSampleAt: null,
    ...given,
  }
}
