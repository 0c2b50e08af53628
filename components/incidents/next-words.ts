import type { Incident } from '#lib/incidents/api/index.ts'
import { incidentMeaning } from '../events/incident-words.ts'
import { isOver } from './is-over.ts'

/** What to do about an open incident, in a sentence: its next step, what is waited for after its end, or else what it means. */
export const nextWords = (incident: Incident): string =>
  isOver(incident)
    ? 'Recovered, monitoring: it closes after 2 minutes without a recurrence.'
    : incident.diagnosing
      ? 'Diagnosing: no owner and no next step is named before each poll that they rest on is newer than the start.'
      : incident.cause?.nextStep
        ? `Next step: ${incident.cause.nextStep}`
        : incidentMeaning(incident)
