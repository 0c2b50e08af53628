import type { Incident } from '#lib/incidents/api/index.ts'
import { incidentMeaning } from '../events/incident-text.ts'
import { isOver } from './is-over.ts'

/** What to do, and what of it is known already: `Microsoft's port LON-1, ARP incomplete.` */
export const adviceOf = (cause: Incident['cause']) => cause?.nextStep.split(' Known: ') ?? []

/**
 * What to do about an open incident, in a sentence: its next step, what is waited for after its end, or else what it means; of a closed
 * one what it affected.
 */
export function formatNextStep(incident: Incident): string {
  const { state, diagnosing, cause, impact } = incident
  if (isOver(incident)) return 'Closes once it stays up.'
  if (state === 'closed') return impact.summary
  if (diagnosing) return 'Diagnosing: waiting for polls newer than its start.'
  return adviceOf(cause)[0] || incidentMeaning(incident)
}
