import type { Incident } from '#lib/incidents/api/index.ts'
import { incidentMeaning, outagesWords } from '../events/incident-words.ts'
import { isOver } from './is-over.ts'

/** What to do about an open incident, in a sentence: its next step, what is waited for after its end, or else what it means. */
export const nextWords = (incident: Incident, now: number): string =>
  isOver(incident)
    ? [outagesWords(incident, now), 'Closes once it stays up.'].filter(Boolean).join('. ')
    : incident.diagnosing
      ? 'Diagnosing: waiting for polls newer than its start.'
      : incident.cause?.nextStep
        ? incident.cause.nextStep
        : incidentMeaning(incident)
