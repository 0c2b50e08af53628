import type { Incident } from '#lib/incidents/api/index.ts'
import { formatUserActionNeed } from '#lib/contract/events/needs-you.ts'
import { describeIncidentKind } from '../events/incident-text.ts'
import { isIncidentRecovered } from './incident-recovery.ts'

/**
 * Splits the advice for a cause into its two parts: the next step, and the known facts, such as `Microsoft's port
 * LON-1, ARP incomplete.`
 */
export const splitNextStepAdvice = (cause: Incident['cause']) => cause?.nextStep.split(' Known: ') ?? []

/** Returns the sentence whether an incident needs a person; '' for a closed incident that needs nobody. */
export const formatIncidentUserActionNeed = ({ state, needsYou }: Incident): string =>
  state === 'closed' && needsYou.when === 'nobody' ? '' : formatUserActionNeed(needsYou)

/**
 * Describes whether an incident needs a person, and its next step. While the incident is being diagnosed, the step is
 * to wait for newer polls. For a closed incident, the impact follows. If there is no next step, the meaning of the
 * incident follows.
 */
export function formatNextStep(incident: Incident): string {
  const { state, diagnosing, cause, impact } = incident
  const need = formatIncidentUserActionNeed(incident)
  if (isIncidentRecovered(incident)) return need
  if (state === 'closed') return `${need} ${impact.summary}`.trim()
  const step = diagnosing
    ? 'Diagnosing: waiting for polls newer than its start.'
    : splitNextStepAdvice(cause)[0] || describeIncidentKind(incident)
  return `${need} ${step}`
}
