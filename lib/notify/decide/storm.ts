import type { EpochMs, Severity } from '#lib/contract/index.ts'
import type { NotifySettings } from '../settings.ts'
import type { Reason } from './decide.ts'

/** How busy a channel is at the moment. */
export interface Load {
  /** single notices written for the channel within its window */
  single: number
  /** notices that wait for its next digest */
  held: number
  /** incidents that were first told within the window of a storm, to anybody */
  newAlerts: number
}

/**
 * Whether a notice goes out by itself or waits for the channel's digest. Something critical passes when it opens or becomes so,
 * once for each incident. While a digest is being gathered everything else joins it, so that nothing overtakes what it is about.
 * @param criticalPassed the channel heard of this incident as critical before
 */
export function admit(
  { single, held, newAlerts }: Load,
  { reason, severity }: { reason: Reason; severity: Severity },
  criticalPassed: boolean,
  settings: NotifySettings,
): 'single' | 'held' {
  if (severity === 'critical' && tellsOfTrouble.has(reason) && !criticalPassed) return 'single'
  const stormy = newAlerts > settings['storm.alerts'] || single >= settings['storm.channel']
  return stormy || held > 0 ? 'held' : 'single'
}

const tellsOfTrouble: ReadonlySet<Reason> = new Set(['opened', 'raised', 'flapping'])

/** When the digest goes out whose first notice was held at `heldSince`. */
export const digestDueAt = (heldSince: EpochMs, settings: NotifySettings): EpochMs =>
  heldSince + settings['digest.after']
