import type { PollObservation } from '#lib/contract/index.ts'

/** A gateway with a single session, for tests of session losses. */
export const SINGLE_SESSION_GATEWAY_ARM_ID =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/ergw'

/** Returns a poll of one second in which the session is up or down. */
export function createTestSessionPoll(startedAt: number, isDown: boolean): PollObservation {
  return {
    target: { resourceId: SINGLE_SESSION_GATEWAY_ARM_ID, subresource: '' },
    kind: 'peers',
    startedAt,
    finishedAt: startedAt + 1_000,
    outcome: 'ok',
    error: null,
    silentInstances: [],
    budget: null,
    correlationId: 'x',
    rows: [
      {
        localAddress: '10.0.4.12',
        neighbor: '10.0.4.4',
        asn: 12076,
        state: isDown ? 'idle' : 'established',
        azureState: isDown ? 'Idle' : 'Connected',
        connectedDurationMs: null,
        routesReceived: isDown ? null : 3,
        messagesSent: null,
        messagesReceived: null,
      },
    ],
  }
}
