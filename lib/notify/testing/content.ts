import type { IncidentContent } from '../content.ts'

/** An incident with values for all fields that a message can show. */
export const testOutageMessageContent: IncidentContent = {
  reason: 'opened',
  severity: 'major',
  incidentId: 'i1',
  kind: 'path_down',
  scope: 'c1',
  scopeName: 'ckt-lon',
  subject: 'AzurePrivatePeering/primary',
  started: ['2030-02-04T10:00:10.000Z', '2030-02-04T10:01:12.000Z'],
  ended: null,
  outage: null,
  owner: 'provider',
  cause: 'provider_link',
  confidence: 0.7,
  nextStep: 'Call the provider with the service key and the time.',
  evidence: ['statePfxRcd: 50 → Active (sampled 2030-02-04 10:00:12 UTC and 2030-02-04 10:01:12 UTC)'],
  delay: { detectedWithinSeconds: 62, notifiedWithinSeconds: 60 },
  otherEvents: 3,
  acknowledged: null,
  unverifiableSince: null,
  card: {
    displayName: 'London <primary>',
    serviceId: 'SVC-42',
    contact: '+44 20 7946 0000',
    runbookUrl: 'https://wiki.example/run?a=1&b=2',
    note: '',
  },
  at: '2030-02-04T10:01:40.000Z',
}

export const testEndedOutageMessageContent: IncidentContent = {
  ...testOutageMessageContent,
  reason: 'closed',
  ended: ['2030-02-04T10:02:10.000Z', '2030-02-04T10:03:14.000Z'],
  outage: { atLeastSeconds: 58, atMostSeconds: 184 },
}
