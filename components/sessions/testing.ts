import type { BgpSession } from '#lib/sessions/api/index.ts'

/** Returns a session of a gateway that is up. */
export const testSession = (fields: Partial<BgpSession>): BgpSession => ({
  scope: 'g1',
  scopeName: 'ergw',
  resourceId: '/subscriptions/s/ergw',
  // a session with a path belongs to private peering by default
  peering: fields.path ? 'private' : null,
  path: null,
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  remoteAsn: 12076,
  role: 'msee',
  state: 'established',
  azureState: 'Connected',
  verdict: 'up',
  establishedAt: null,
  downSince: null,
  establishedTransitions: 0,
  prefixesReceived: null,
  messagesSent: null,
  messagesReceived: null,
  known: 'observed',
  lastSeenAt: null,
  lastSeenBetween: null,
  mapping: null,
  evidence: 'state',
  ...fields,
})
