import type { EpochMs, Severity } from '#lib/contract/index.ts'
import type { NotifySettings } from '../settings.ts'
import type { NoticeReason } from './decide-notices.ts'

/** Numbers that are compared with the storm limits (maximum numbers of notifications in a short time). */
interface Load {
  /** number of notices that the channel received one by one within the window of its limit */
  single: number
  /** number of notices that wait for the channel's next digest */
  held: number
  /**
   * number of incidents that were notified for the first time within the storm window, over all channels of the
   * audience
   */
  newAlerts: number
}

/**
 * Decides whether a notice is sent on its own or held for the channel's digest (docs/rules/notifications.md 6). The
 * first critical notice of an incident is always sent on its own if it reports the opening, a higher severity or
 * flapping. While notices wait for a digest, every other notice is held for the same digest, so that the order of the
 * notices is kept.
 * @param readByPeople whether people read the channel. Storm limits do not apply to programs, because programs group
 *   notices themselves
 * @param criticalPassed whether the channel has already received a notice of this incident with severity critical
 */
export function decideWhetherHeldForDigest(
  { single, held, newAlerts }: Load,
  { reason, severity }: { reason: NoticeReason; severity: Severity },
  { readByPeople, criticalPassed }: { readByPeople: boolean; criticalPassed: boolean },
  settings: NotifySettings,
): 'single' | 'held' {
  if (severity === 'critical' && bypassesStorm.has(reason) && !criticalPassed) return 'single'
  const isStorm = readByPeople && (newAlerts > settings['storm.alerts'] || single >= settings['storm.channel'])
  return isStorm || held > 0 ? 'held' : 'single'
}

const bypassesStorm: ReadonlySet<NoticeReason> = new Set(['opened', 'raised', 'flapping'])

/** Returns the time at which a digest is due, from the time of its oldest notice. */
export const getDigestDueTime = (heldSince: EpochMs, settings: NotifySettings): EpochMs =>
  heldSince + settings['digest.after']
