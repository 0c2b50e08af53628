import {
  defaultNotifySettings,
  type OutboundRules,
  postJsonToAllowedAddress,
  lookUpBySystem,
} from '#lib/notify/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { ProcessSettings } from '#lib/platform/settings.ts'
import type { AlertingProofTestResult } from '../api/index.ts'

interface Heartbeat {
  url: string
  outbound: OutboundRules
  now: () => EpochMs
}

/** Returns the address and settings of the external monitor that receives the heartbeat; null = not configured. */
export function readHeartbeat({ alerting, outboundAllow }: ProcessSettings, now: () => EpochMs): Heartbeat | null {
  const { heartbeatUrl } = alerting
  return heartbeatUrl === null
    ? null
    : { url: heartbeatUrl, outbound: { allow: outboundAllow, lookup: lookUpBySystem }, now }
}

/**
 * Sends a heartbeat to an external monitor, which raises an alarm if no heartbeat arrives. It is sent only if alerting
 * is proved to work, so that the monitor also notices a broken step of alerting.
 * @returns `sent`, the error of the delivery, or `withheld` if alerting is not proved
 */
export async function sendExternalHeartbeat(
  { url, outbound, now }: Heartbeat,
  { state }: Pick<AlertingProofTestResult, 'state'>,
): Promise<string> {
  if (state !== 'proved') return 'withheld'
  const context = { now, settings: defaultNotifySettings, mail: null, publicUrl: null, outbound }
  const delivery = await postJsonToAllowedAddress({ url, body: '{}' }, context)
  return delivery.delivered ? 'sent' : delivery.error
}
