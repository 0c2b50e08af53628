import type { Incident } from '#lib/incidents/api/index.ts'
import { describeIncidentKind } from '../events/incident-text.ts'
import { isRecovered } from './is-over.ts'

/**
 * Splits the advice for a cause into its two parts: the next step, and the known facts, such as `Microsoft's port
 * LON-1, ARP incomplete.`
 */
export const splitNextStepAdvice = (cause: Incident['cause']) => cause?.nextStep.split(' Known: ') ?? []

/**
 * Describes the next step for an incident in one sentence. For a recovered incident, this is to wait until it closes;
 * while the incident is being diagnosed, to wait for newer polls. For a closed incident, the impact is returned. If
 * there is no next step, the meaning of the incident is returned.
 */
export function formatNextStep(incident: Incident): string {
  const { state, diagnosing, cause, impact } = incident
  if (isRecovered(incident)) return 'Closes once it stays up.'
  if (state === 'closed') return impact.summary
  if (diagnosing) return 'Diagnosing: waiting for polls newer than its start.'
  return splitNextStepAdvice(cause)[0] || describeIncidentKind(incident)
}
