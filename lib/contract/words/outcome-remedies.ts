import { parseArmId } from '../arm-id.ts'
import { type BudgetName, isRegional } from '../budget.ts'
import type { CauseOwner } from '../events/cause.ts'
import type { PollError } from '../observation.ts'
import type { Outcome } from '../poll.ts'

interface OutcomeRemedy {
  /** party that can change the outcome */
  owner: CauseOwner
  /** instruction for the user; null = nothing to do */
  remedy: string | null
}

/** Custom role of docs/azure-permissions.md. */
const ROLE = 'Peerwatch'

const remedies: Readonly<Record<Outcome, OutcomeRemedy>> = {
  ok: { owner: 'unknown', remedy: null },
  unauthorized: {
    owner: 'own_change',
    remedy:
      'Check the identity that Peerwatch signs in with: whether it exists, whether its secret is valid, and its tenant.',
  },
  forbidden: {
    owner: 'own_change',
    remedy: `Grant the identity the role ${ROLE} of docs/azure-permissions.md`,
  },
  not_found: {
    owner: 'own_change',
    remedy:
      'Check in the Activity Log whether it was deleted or moved, and whether the identity can still read it. The next inventory removes what was deleted.',
  },
  throttled: {
    owner: 'unknown',
    remedy:
      'Polls that use the same budget slow down automatically; Sources shows which budget is used up. To prevent it, set longer intervals (POLL_*_EVERY).',
  },
  locked: {
    owner: 'unknown',
    remedy:
      'Azure runs another operation on this resource; it is polled again when that has ended, and nothing else is slowed down. If it lasts for hours, check the provisioning state of the resource and who changed it (Activity Log).',
  },
  unavailable: {
    owner: 'unknown',
    remedy:
      'Polling continues on its own. If it lasts, check the connection from the worker to Azure’s management endpoint (proxy, DNS, firewall), then Azure’s status page.',
  },
  timeout: {
    owner: 'unknown',
    remedy:
      'Polling continues on its own; a gateway that is being changed answers late. If it lasts, open a support case for this resource.',
  },
  malformed: {
    owner: 'unknown',
    remedy:
      'Azure answered in a form that Peerwatch does not read, and nothing of it was recorded. The error on Sources names the field: report it, with the answer of the command that Sources shows.',
  },
  incomplete: {
    owner: 'unknown',
    remedy:
      'Rows that are known to exist are missing; the others were recorded. If it lasts, open a support case for this resource.',
  },
  superseded: { owner: 'unknown', remedy: null },
  clock: {
    owner: 'own_change',
    remedy:
      'The clock of the worker’s machine differs from the database’s by more than 2 s, so that its polls can’t be dated and are not recorded. Check the time service (NTP) of both machines; polling continues on its own.',
  },
  not_polled: { owner: 'unknown', remedy: null },
  paused: { owner: 'unknown', remedy: null },
}

/**
 * Returns the owner of a failed poll, that is, the party that can change its outcome. The owner is `unknown` unless the
 * response identifies one:
 * - A missing response (refused connection, unresolved name, timeout) or a response that is not from Azure (for example
 * a proxy's page) may be caused by the proxy, DNS, the firewall or Azure. The owner is Microsoft only if Azure itself
 * reports a failure.
 * - A budget of Resource Manager belongs to one identity, so its own polls used it up; a budget of the network provider
 * is shared by all clients.
 * - Locked resources, unreadable responses and missing rows do not identify an owner.
 * - A refused or missing resource points to the configuration of the identity or of the polled resources.
 * @param error error of the poll; null = unknown
 */
export function outcomeOwner(outcome: Outcome, error: FailedAnswer | null): CauseOwner {
  if (isReadOnly(error?.code)) return 'own_change'
  if (outcome === 'throttled') return error?.budget && !isRegional(error.budget) ? 'own_change' : 'unknown'
  if (outcome === 'unavailable') return error && isAzuresOwnFailure(error) ? 'microsoft' : 'unknown'
  return remedies[outcome].owner
}

/** Outcomes of polls that a problem of the subscription (disabled, warned or past due) can explain. */
const REFUSED: ReadonlySet<Outcome> = new Set(['forbidden', 'not_found', 'unavailable', 'locked'])

type FailedAnswer = Pick<PollError, 'code' | 'httpStatus' | 'budget'>

/**
 * Reports whether Azure itself failed: the status is a server error, and the response contains the error object of
 * Azure's APIs. Without such an object, the error code is `HTTP_` and the status.
 */
const isAzuresOwnFailure = ({ code, httpStatus }: FailedAnswer) =>
  httpStatus !== null && httpStatus >= 500 && code !== `HTTP_${httpStatus}`

/** Returns the instruction for a budget that is used up. */
const ofBudget = (budget: BudgetName): string =>
  isRegional(budget)
    ? 'The network provider counts requests for each subscription and region, from all callers. Polls in this region slow down automatically. To prevent it, set longer intervals (POLL_*_EVERY); another identity does not help.'
    : 'Azure Resource Manager counts requests for each subscription and identity. This subscription slows down on its own. To prevent it, set longer intervals (POLL_*_EVERY) or use a second identity for the subscription.'

/**
 * Error codes of responses that are not complete JSON, or that link to another server. Complete JSON counts as a
 * response of Azure.
 */
const NO_JSON: ReadonlySet<string> = new Set(['MALFORMED_JSON', 'HALF_BODY', 'EMPTY_BODY', 'FOREIGN_LINK'])
const REPLACED =
  'The response is not an answer of Azure, or only a part of an answer, and was not recorded. A proxy between the worker and Azure may have replaced it.'

const SETTLE =
  'Ask the owner of the subscription to pay the outstanding amount, or to enable the subscription again (Azure portal, Subscriptions).'

/**
 * Returns the instruction for a subscription with a problem, by ARM's subscription state; null = no problem, or unknown
 * state.
 * Source: Azure, "Azure subscription states".
 */
export function subscriptionRemedy(state: string | null): string | null {
  switch (state?.toLowerCase()) {
    case 'disabled':
      return `The subscription is disabled and read-only: Azure refuses all changes and diagnostic operations. ${SETTLE}`
    case 'warned':
      return `Azure will disable the subscription (Warned), and may already refuse changes. ${SETTLE}`
    case 'pastdue':
      return `The subscription has a payment outstanding (PastDue), and will be disabled without it. ${SETTLE}`
    default:
      return null
  }
}

/** Reports whether a code is ARM's code (with status 409) for an operation refused in a disabled subscription. */
const isReadOnly = (code: string | undefined) => code?.toLowerCase() === 'readonlydisabledsubscription'

const UNREAD =
  'Azure’s answer has rows in a form that Peerwatch does not read. All other rows were recorded, and Peerwatch does not treat the unread rows as removed. Report the row that Sources shows.'

export interface Remedy {
  /** instruction, which ends with the command if there is one; null = nothing to do */
  remedy: string | null
  /** only the command, to copy */
  command: string | null
}

/**
 * Returns the instruction for a failed poll.
 * @param code code of the error
 * @param missingAction ARM action that the identity lacks, if Azure named it
 * @param budget the exhausted Azure budget, if the response names it
 * @param subscriptionState ARM's state of the resource's subscription; null = unknown
 * @param resourceId ARM id of the polled resource; without it no command is returned
 */
export function remedyOf(
  outcome: Outcome,
  {
    code,
    missingAction,
    budget,
    resourceId,
    subscriptionState = null,
  }: {
    code?: string | undefined
    missingAction?: string | null
    budget?: BudgetName | null | undefined
    resourceId?: string
    subscriptionState?: string | null
  } = {},
): Remedy {
  const { remedy } = remedies[outcome]
  const ofSubscription = subscriptionRemedy(isReadOnly(code) ? 'Disabled' : subscriptionState)
  if (ofSubscription && REFUSED.has(outcome)) return { remedy: ofSubscription, command: null }
  if (code === 'UNREAD_ROWS') return { remedy: UNREAD, command: null }
  if (outcome === 'malformed' && code && NO_JSON.has(code)) return { remedy: REPLACED, command: null }
  if (outcome === 'throttled' && budget) return { remedy: ofBudget(budget), command: null }
  if (outcome !== 'forbidden') return { remedy, command: null }
  const grant = `${missingAction ? `It lacks ${missingAction}. ` : ''}${remedy}`
  if (resourceId === undefined) return { remedy: `${grant}; Sources shows the command.`, command: null }
  const { subscriptionId } = parseArmId(resourceId) ?? {}
  const subscription = subscriptionId === undefined ? resourceId : `/subscriptions/${subscriptionId}`
  const command = `az role assignment create --assignee <principal id> --role "${ROLE}" --scope ${subscription}`
  return { remedy: `${grant}: ${command}`, command }
}
