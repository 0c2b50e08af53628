import type { DetectedNetworkEvent, Incident, IncidentDetail } from '#lib/incidents/api/index.ts'

const T = Date.parse('2026-11-20T03:00:00Z')
/** Returns the time a number of minutes after 03:00 UTC, ISO 8601. */
export const testMinuteIso = (minutes: number): string => new Date(T + minutes * 60_000).toISOString()

const cause: DetectedNetworkEvent['cause'] = {
  class: 'provider_or_customer_link',
  owner: 'provider',
  confidence: 0.7,
  evidence: [],
  nextStep: 'Ask Equinix for the link of this path.',
}

export function testEvent(
  fields: Partial<DetectedNetworkEvent> & Pick<DetectedNetworkEvent, 'id' | 'kind'>,
): DetectedNetworkEvent {
  return {
    severity: 'major',
    scope: 'c1',
    scopeName: 'ckt-lon',
    subject: 'AzurePrivatePeering/primary',
    startedBetween: [testMinuteIso(1), testMinuteIso(2)],
    endedBetween: [testMinuteIso(8), testMinuteIso(9)],
    duration: { atLeastSeconds: 360, atMostSeconds: 480 },
    cause,
    causes: [cause],
    evidence: [],
    flags: [],
    partOf: null,
    parts: 0,
    incidentId: 'i1',
    failover: null,
    forwardingLoss: null,
    detectedAt: testMinuteIso(2),
    count: 1,
    lastSeenAt: testMinuteIso(8),
    settingsVersion: 0,
    ...fields,
  }
}

export function testIncident(fields: Partial<Incident> = {}): Incident {
  const root = testEvent({ id: 'p', kind: 'path_down', parts: 1 })
  const { state = 'closed', startedBetween = root.startedBetween, endedBetween = root.endedBetween } = fields
  const certain = { from: startedBetween[1], to: endedBetween?.[0] ?? null }
  const isCertain = certain.to === null || certain.to > certain.from
  return {
    id: 'i1',
    scope: 'c1',
    scopeName: 'ckt-lon',
    severity: 'major',
    evidence: 'state',
    state,
    phase: state === 'closed' ? 'closed' : endedBetween === null ? 'ongoing' : 'recovered',
    title: 'path_down ckt-lon AzurePrivatePeering/primary',
    root,
    cause: root.cause,
    diagnosing: false,
    explainedBy: [],
    continuedBy: null,
    impact: {
      summary: 'No redundancy on ckt-lon meanwhile.',
      prefixesLost: null,
      prefixesRerouted: null,
      prefixesCovered: null,
      prefixesOnDefault: null,
      routes: 'unknown',
      unread: [],
      traffic: null,
    },
    startedBetween,
    endedBetween,
    flapping: null,
    outages: [{ startedBetween, endedBetween, certain: isCertain ? [certain] : [] }],
    openedAt: testMinuteIso(2),
    closedAt: testMinuteIso(11),
    acknowledged: null,
    assigned: null,
    snoozed: null,
    unverifiedSince: null,
    confirmedAt: null,
    delay: null,
    events: 2,
    recurrence: { key: 'path_down/c1', count: 1, openedAt: [testMinuteIso(2)] },
    maintenance: false,
    needsYou: { when: 'nobody', reason: 'it is over' },
    ...fields,
  }
}

export function testIncidentDetail(timeline: DetectedNetworkEvent[], fields: Partial<Incident> = {}): IncidentDetail {
  return { ...testIncident(fields), hindrance: null, formerRoots: [], assignments: [], sent: [], timeline }
}
