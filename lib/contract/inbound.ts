/** What vendors send to Peerwatch: who acknowledged an incident there. No session or token; their signature says who they are. */

/** Kinds of channels whose vendor can send acknowledgements. */
export const inboundKinds = ['pagerduty', 'slack'] as const
export type InboundKind = (typeof inboundKinds)[number]

/** Everybody may ask below it; what has no valid signature is refused. */
export const INBOUND_FOLDER = '/api/v1/inbound/'

/** Where the vendor of a channel sends to. */
export const inboundPath = (kind: InboundKind, channelId: string): string =>
  `${INBOUND_FOLDER}${kind}/${encodeURIComponent(channelId)}`

/** @returns null for a kind whose vendor sends nothing */
export const inboundKindOf = (kind: string): InboundKind | null => inboundKinds.find((one) => one === kind) ?? null
