/**
 * Requests that a vendor, for example PagerDuty, sends to Peerwatch when somebody acknowledges an incident there. Such
 * a request has no session and no token; it is authenticated by its signature.
 */

/** Channel kinds whose vendor can send acknowledgements to Peerwatch. */
export const inboundChannelKinds = ['pagerduty', 'slack'] as const
export type InboundChannelKind = (typeof inboundChannelKinds)[number]

/**
 * Path below which vendors send their requests. No sign-in is needed, but a request without a valid signature is
 * refused.
 */
export const INBOUND_REQUESTS_PATH = '/api/v1/inbound/'

/** Returns the path to which the vendor of a channel sends its requests. */
export const buildInboundChannelPath = (kind: InboundChannelKind, channelId: string): string =>
  `${INBOUND_REQUESTS_PATH}${kind}/${encodeURIComponent(channelId)}`

/** Returns the channel kind if it is one whose vendor sends requests to Peerwatch (inbound), otherwise null. */
export const parseInboundChannelKind = (kind: string): InboundChannelKind | null =>
  inboundChannelKinds.find((one) => one === kind) ?? null
