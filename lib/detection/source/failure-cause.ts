import type { Cause, CauseOwner, Outcome, PollError } from '#lib/contract/index.ts'

interface Reason {
  owner: CauseOwner
  /** what happened, as a part of a sentence */
  says: string
  /** what to do about it */
  step: string
}

const reasons: Partial<Record<Outcome, Reason>> = {
  unauthorized: {
    owner: 'own_change',
    says: 'Azure did not accept the sign-in (401)',
    step: 'Check the identity that Peerwatch signs in with: whether it still exists, whether its secret has run out, and its tenant.',
  },
  forbidden: {
    owner: 'own_change',
    says: 'Azure refused the request (403)',
    step: 'Give the identity that Peerwatch signs in with its role back; Sources shows the missing action and the command that grants it.',
  },
  not_found: {
    owner: 'own_change',
    says: 'Azure does not know the resource (404)',
    step: 'Look in the Activity Log whether it was deleted or moved. If it was, the next inventory takes it off the list.',
  },
  throttled: {
    owner: 'microsoft',
    says: 'Azure throttles the requests (429)',
    step: 'Poll less often, or give each subscription an identity of its own: ARM counts requests for each of them.',
  },
  unavailable: {
    owner: 'microsoft',
    says: 'Azure answered with errors, or could not be reached',
    step: "Check the way from the worker to Azure's management endpoint (proxy, DNS, firewall); then Azure's status page.",
  },
  timeout: {
    owner: 'microsoft',
    says: 'Azure did not answer in time',
    step: 'Wait for a few polls: a gateway that is being changed answers late. If it goes on, open a support case for this resource.',
  },
  malformed: {
    owner: 'microsoft',
    says: 'the answer could not be read',
    step: 'Look at the error on Sources: it names the field. Something between the worker and Azure may have replaced the answer.',
  },
  incomplete: {
    owner: 'microsoft',
    says: 'the answer lacked rows that are known to be there',
    step: 'Wait for a few polls; if it goes on, open a support case for this resource.',
  },
}

const UNTOLD: Reason = {
  owner: 'unknown',
  says: 'nothing was polled',
  step: 'Check that a worker runs, and its log.',
}

/** Why nothing is known, and what to do. Confidence 1: the collector sees its own failure. */
export function collectorCause(outcome: Outcome, error: PollError | null = null): Cause {
  const { owner, step } = reasons[outcome] ?? UNTOLD
  const action = error?.missingAction ? ` The missing action is ${error.missingAction}.` : ''
  return { class: `collector_${outcome}`, owner, confidence: 1, evidence: [], nextStep: `${step}${action}` }
}

export function collectorReason(outcome: Outcome): string {
  return (reasons[outcome] ?? UNTOLD).says
}
