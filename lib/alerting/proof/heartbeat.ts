import { defaultNotifySettings, type Outbound, postJson, systemLookup } from '#lib/notify/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Settings } from '#lib/platform/settings.ts'
import type { AlertingProof } from '../api/index.ts'

interface Heartbeat {
  url: string
  outbound: Outbound
  now: () => EpochMs
}

/** Where and how the environment says that an outside watcher is pinged; null = nowhere. */
export function heartbeatOf({ alerting, outboundAllow }: Settings, now: () => EpochMs): Heartbeat | null {
  const { heartbeatUrl } = alerting
  return heartbeatUrl === null
    ? null
    : { url: heartbeatUrl, outbound: { allow: outboundAllow, lookup: systemLookup }, now }
}

/**
 * Pings an outside watcher, which raises its own alarm when no ping comes: only while alerting is proved, so that a broken link silences
 * it, and so does a machine that is gone.
 * @returns `sent`, why it was not, or `withheld`
 */
export async function beat(
  { url, outbound, now }: Heartbeat,
  { state }: Pick<AlertingProof, 'state'>,
): Promise<string> {
  if (state !== 'proved') return 'withheld'
  const context = { now, settings: defaultNotifySettings, mail: null, publicUrl: null, outbound }
  const delivery = await postJson({ url, body: '{}' }, context)
  return delivery.delivered ? 'sent' : delivery.error
}
