import type { Incident } from '#lib/incidents/api/index.ts'
import { incidentMeaning } from '../events/incident-text.ts'
import { isRecovered } from './is-over.ts'

/**
 * Returns the next step for a cause, and the related facts that are already known: `Microsoft's port LON-1, ARP
 * incomplete.`
 */
export const splitAdvice = (cause: Incident['cause']) => cause?.nextStep.split(' Known: ') ?? []

/**
 * Describes the next step for an incident in a sentence. A recovered incident waits to be closed; a closed incident
 * shows its impact. Without a next step, the meaning of the incident is shown.
 */
export function formatNextStep(incident: Incident): string {
  const { state, diagnosing, cause, impact } = incident
  if (isRecovered(incident)) return 'Closes once it stays up.'
  if (state === 'closed') return impact.summary
  if (diagnosing) return 'Diagnosing: waiting for polls newer than its start.'
  return splitAdvice(cause)[0] || incidentMeaning(incident)
}
