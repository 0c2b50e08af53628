import { type Silence, silenceCaseId } from './decide/silence.ts'
import { isoBounds, outageOf, type Story } from './incident-content.ts'

/** What is said of the collector's own silence. */
export function silenceStory(subscription: string, { since, ended }: Silence): Story {
  const started = { earliest: since, latest: since }
  return {
    incidentId: null,
    kind: 'nothing_polled',
    scope: subscription,
    scopeName: subscription === '' ? 'everything that is watched' : `subscription ${subscription}`,
    subject: '',
    started: isoBounds(started),
    ended: ended && isoBounds(ended),
    outage: ended && outageOf(started, ended),
    owner: 'unknown',
    cause: 'unknown_cause',
    confidence: 0,
    nextStep:
      'Nothing is known of what happens meanwhile. See whether a worker runs and what Azure answers: the Sources page tells both.',
    evidence: [`${silenceCaseId(subscription)}: no good sample was recorded since then`],
    otherEvents: 0,
    acknowledged: null,
    card: null,
  }
}
