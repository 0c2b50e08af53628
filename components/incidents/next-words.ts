import type { Incident } from '#lib/incidents/api/index.ts'
import { incidentMeaning } from '../events/incident-words.ts'
import { isOver } from './is-over.ts'

/** What to do about an open incident, in a sentence: its next step, what is waited for after its end, or else what it means. */
export const nextWords = (incident: Incident): string =>
  isOver(incident)
    ? 'Closes after 2 min without a recurrence.'
    : incident.diagnosing
      ? 'Diagnosing: waiting for polls newer than its start.'
      : incident.cause?.nextStep
        ? incident.cause.nextStep
        : incidentMeaning(incident)
