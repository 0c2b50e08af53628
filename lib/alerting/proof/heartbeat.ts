import { defaultNotifySettings, type Outbound, postJson, systemLookup } from '#lib/notify/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Settings } from '#lib/platform/settings.ts'
import type { AlertingProof } from '../api/index.ts'

interface Heartbeat {
  url: string
  outbound: Outbound
  now: () => EpochMs
}

/** Returns where to send the heartbeat to an external monitor; null = not configured. */
export function readHeartbeat({ alerting, outboundAllow }: Settings, now: () => EpochMs): Heartbeat | null {
  const { heartbeatUrl } = alerting
  return heartbeatUrl === null
    ? null
    : { url: heartbeatUrl, outbound: { allow: outboundAllow, lookup: systemLookup }, now }
}

/**
 * Pings an external monitor, which raises its own alarm if no ping arrives. Pings only if alerting is proved to work,
 * so that both a broken step and a lost machine stop the pings.
 * @returns `sent`, the error of the delivery, or `withheld` if alerting is not proved
 */
export async function pingHeartbeat(
  { url, outbound, now }: Heartbeat,
  { state }: Pick<AlertingProof, 'state'>,
): Promise<string> {
  if (state !== 'proved') return 'withheld'
  const context = { now, settings: defaultNotifySettings, mail: null, publicUrl: null, outbound }
  const delivery = await postJson({ url, body: '{}' }, context)
  return delivery.delivered ? 'sent' : delivery.error
}
