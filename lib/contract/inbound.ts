/**
 * Requests that vendors send to Peerwatch when somebody acknowledges an incident there. They have no session or token;
 * their signature authenticates them.
 */

/** Channel kinds whose vendor can send acknowledgements. */
export const inboundKinds = ['pagerduty', 'slack'] as const
export type InboundKind = (typeof inboundKinds)[number]

/** Path of inbound requests. Access needs no sign-in, but requests without a valid signature are refused. */
export const INBOUND_FOLDER = '/api/v1/inbound/'

/** Returns the path to which the vendor of a channel sends its requests. */
export const inboundPath = (kind: InboundKind, channelId: string): string =>
  `${INBOUND_FOLDER}${kind}/${encodeURIComponent(channelId)}`

/** Returns a channel kind as an inbound kind; null for a kind whose vendor sends no requests. */
export const inboundKindOf = (kind: string): InboundKind | null => inboundKinds.find((one) => one === kind) ?? null
