import type { Incident } from '#lib/incidents/api/index.ts'
import { formatUserActionNeed, userActionTimeLabels } from '#lib/contract/events/needs-you.ts'
import { describeIncidentKind } from '../events/incident-text.ts'
import { isIncidentRecovered } from './incident-recovery.ts'

/**
 * Returns the sentence that states whether and when a person must act on an incident; '' for a closed incident on which
 * nobody must act.
 */
export const formatIncidentUserActionNeed = ({ state, needsYou }: Incident): string =>
  state === 'closed' && needsYou.when === 'nobody' ? '' : formatUserActionNeed(needsYou)

/**
 * Describes whether a person must act on an incident, followed by the next step. If a person must act and the cause has
 * advice, the advice comes before the reason of the urgency, because rows shorten the text: `Needs you today. Check the
 * VLAN. Why today: 5 prefixes moved.` While polls have not identified the cause yet, the step is to wait for newer polls.
 * If no next step is known, the meaning of the incident replaces it. For a closed incident, the impact replaces the next
 * step.
 */
export function formatNextStep(incident: Incident): string {
  const { state, diagnosing, cause, impact, needsYou } = incident
  const need = formatIncidentUserActionNeed(incident)
  if (isIncidentRecovered(incident)) return need
  if (state === 'closed') return `${need} ${impact.summary}`.trim()
  if (diagnosing) return `${need} Diagnosing: waiting for polls newer than its start.`
  // rows have no space for the facts after `Known:`
  const advice = cause?.nextStep.split(' Known: ')[0]
  if (!advice || needsYou.when === 'nobody') return `${need} ${advice || describeIncidentKind(incident)}`
  return `${userActionTimeLabels[needsYou.when]}. ${advice} Why ${needsYou.when}: ${needsYou.reason}.`
}
