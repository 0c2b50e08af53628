import type { EpochMs, Severity } from '#lib/contract/index.ts'
import type { NotifySettings } from '../settings.ts'
import type { Reason } from './decide.ts'

/** The numbers of notices and incidents that storm limits apply to. */
interface Load {
  /** number of notices that were sent singly to the channel within the window of its limit */
  single: number
  /** number of notices that are held for the channel's next digest */
  held: number
  /** number of incidents that were first notified within the storm window, over all channels */
  newAlerts: number
}

/**
 * Decides whether a notice is sent singly or held for the channel's digest (docs/rules/notifications.md 6). A critical
 * opening or a raise to critical is sent singly, once per incident. While a digest is pending, every other notice joins
 * it, so that notices stay in order.
 * @param readByPeople whether people read the channel. Storm limits apply only to such channels, because programs group
 *   notices themselves and must act without delay
 * @param criticalPassed whether the channel already received this incident as critical
 */
export function decideStormHold(
  { single, held, newAlerts }: Load,
  { reason, severity }: { reason: Reason; severity: Severity },
  { readByPeople, criticalPassed }: { readByPeople: boolean; criticalPassed: boolean },
  settings: NotifySettings,
): 'single' | 'held' {
  if (severity === 'critical' && bypassesStorm.has(reason) && !criticalPassed) return 'single'
  const isStorm = readByPeople && (newAlerts > settings['storm.alerts'] || single >= settings['storm.channel'])
  return isStorm || held > 0 ? 'held' : 'single'
}

const bypassesStorm: ReadonlySet<Reason> = new Set(['opened', 'raised', 'flapping'])

/** Returns the time at which a digest is due, if its first notice was held at `heldSince`. */
export const digestDueAt = (heldSince: EpochMs, settings: NotifySettings): EpochMs =>
  heldSince + settings['digest.after']
