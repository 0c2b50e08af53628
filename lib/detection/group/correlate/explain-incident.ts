import type { EpochMs } from '#lib/contract/index.ts'
import { type FoldContext, liveEvents } from '../../model/context.ts'
import { explanationsOf } from './roots/index.ts'
import { mayHaveUnreadSessions } from './pending-sessions.ts'
import type { IncidentMemory, ScopeState } from '../../model/scope-state.ts'

/**
 * Notes what the circuits of an incident have in common that would explain it. Good samples may rule that out while what belongs to
 * the incident may still come, and as long again; what is well or not later says nothing of its begin any more.
 * @param joined something was added by this very poll
 */
export function explainIncident(context: FoldContext, incident: IncidentMemory, joined: boolean): void {
  const { mark } = context
  // a fold that does not know when what was last seen would take back what an earlier one ruled out
  if (!isOpenToProof(incident, context, mark.finishedAt) || !(joined || context.lastGoodPolls)) return
  const own = liveEvents(context).filter(({ event }) => event.incident === incident.key)
  const known = new Set(own.map(({ event }) => event.key))
  if (!incident.members.every((key) => known.has(key))) return
  const explainedBy = explanationsOf(context, own)
  if (explainedBy.length > 0 || incident.explainedBy) incident.explainedBy = explainedBy
}

/** Whether the moments of the last good polls may decide what incidents of a scope are about. */
export function isProofPending({ incidents, live }: ScopeState, pace: Pace, now: EpochMs): boolean {
  return (
    incidents.some((one) => (one.explainedBy ?? []).length > 0 && isOpenToProof(one, pace, now)) ||
    Object.values(live).some((one) => mayHaveUnreadSessions(one, pace, now))
  )
}

type Pace = Pick<FoldContext, 'settings' | 'everyMs'>

function isOpenToProof({ closedAt, openedAt }: IncidentMemory, { settings, everyMs }: Pace, now: EpochMs): boolean {
  const poll = Math.max(settings['burst.slack'], everyMs)
  return closedAt === null && now - openedAt <= 2 * (settings['incident.group'] + poll)
}
