import type { Incident } from '#lib/incidents/api/index.ts'
import { incidentMeaning } from '../events/incident-words.ts'
import { flappingWords } from '#lib/contract/words/durations.ts'
import { isOver } from './is-over.ts'

/** What to do, and what of it is known already: `Microsoft's port LON-1, ARP incomplete.` */
export const adviceOf = (cause: Incident['cause']) => cause?.nextStep.split(' Known: ') ?? []

/**
 * What to do about an open incident, in a sentence: its next step, what is waited for after its end, or else what it means; of a closed
 * one what it affected. Then how it flaps.
 */
export function nextWords(incident: Incident): string {
  const { state, diagnosing, cause, impact, flapping } = incident
  const next = isOver(incident)
    ? 'Closes once it stays up.'
    : state === 'closed'
      ? impact.summary
      : diagnosing
        ? 'Diagnosing: waiting for polls newer than its start.'
        : adviceOf(cause)[0] || incidentMeaning(incident)
  return flapping ? `${next.replace(/\.?$/, '.')} ${flappingWords(flapping)}` : next
}
