import type { Incident } from '#lib/incidents/api/index.ts'
import { incidentMeaning, outagesWords } from '../events/incident-words.ts'
import { flappingWords } from '#lib/contract/words/durations.ts'
import { isOver } from './is-over.ts'

/**
 * What to do about an open incident, in a sentence: its next step, what is waited for after its end, or else what it means; of a closed
 * one what it affected. Several outages come first.
 * @param timeOf writes when the last one ended
 */
export function nextWords(incident: Incident, now: number, timeOf?: (at: number) => string): string {
  const { state, diagnosing, cause, impact, flapping } = incident
  const next = isOver(incident)
    ? 'Closes once it stays up.'
    : state === 'closed'
      ? impact.summary
      : diagnosing
        ? 'Diagnosing: waiting for polls newer than its start.'
        : cause?.nextStep || incidentMeaning(incident)
  return [flapping ? flappingWords(flapping) : outagesWords(incident, now, timeOf), next].filter(Boolean).join('. ')
}
