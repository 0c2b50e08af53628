import { parseArmId } from '../arm-id.ts'
import { type BudgetName, isRegionalBudget } from '../budget.ts'
import type { CauseOwner } from '../events/cause.ts'
import type { PollError } from '../observation.ts'
import { type PollOutcome, pollOutcomes } from '../poll.ts'

interface OutcomeRemedy {
  /** party that can probably correct a poll with this outcome */
  owner: CauseOwner
  /** names of owners, if they are more exact than the general name; absent = the general name is used */
  ownerNames?: Partial<Record<CauseOwner, string>>
  /** instruction for the user; null = the user need not do anything */
  remedy: string | null
}

/** Name of the custom role that docs/azure-permissions.md defines for Peerwatch. */
const ROLE = 'Peerwatch'

const remedies: Readonly<Record<PollOutcome, OutcomeRemedy>> = {
  ok: { owner: 'unknown', remedy: null },
  unauthorized: {
    owner: 'own_change',
    ownerNames: { own_change: 'Peerwatch’s identity' },
    remedy:
      'Check the identity that Peerwatch signs in with: whether it exists, whether its secret is valid, and its tenant.',
  },
  forbidden: {
    owner: 'own_change',
    ownerNames: { own_change: 'your administrators’ change' },
    remedy: `Grant the identity the role ${ROLE} of docs/azure-permissions.md`,
  },
  not_found: {
    owner: 'own_change',
    remedy:
      'Check in the Activity Log whether it was deleted or moved, and whether the identity can still read it. The next inventory removes what was deleted.',
  },
  throttled: {
    owner: 'unknown',
    ownerNames: { own_change: 'Peerwatch’s polling' },
    remedy:
      'Polls that use the same budget slow down automatically; Sources shows which budget is used up. To prevent it, set longer intervals (POLL_*_EVERY).',
  },
  locked: {
    owner: 'unknown',
    ownerNames: { unknown: 'an operation in Azure' },
    remedy:
      'Azure runs another operation on this resource; it is polled again when that has ended, and nothing else is slowed down. If it lasts for hours, check the provisioning state of the resource and who changed it (Activity Log).',
  },
  unavailable: {
    owner: 'unknown',
    ownerNames: { unknown: 'the connection to Azure' },
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
    ownerNames: { own_change: 'Peerwatch’s machine' },
    remedy:
      'The clock of the worker’s machine differs from the database’s by more than 2 s, so that its polls can’t be dated and are not recorded. Check the time service (NTP) of both machines; polling continues on its own.',
  },
  not_polled: { owner: 'unknown', remedy: null },
  not_given: {
    owner: 'unknown',
    remedy:
      'Nothing is broken. The routes of this connection are unknown until Azure gives them; the effective routes of the hub contain the routes that the hub uses.',
  },
  paused: { owner: 'unknown', remedy: null },
}

/**
 * Returns the owner of a failed poll, that is, the party that can correct it.
 * - No response, or a response that is not from Azure: unknown, because the cause may be a proxy, DNS, a firewall or
 * Azure.
 * - A server error that Azure itself reports: Microsoft.
 * - Exhausted budget of Azure Resource Manager: the user, because only Peerwatch's identity uses this budget. The
 * network provider's budget is shared by all clients, so the owner is unknown.
 * - Locked resources, unreadable responses and missing rows: unknown.
 * - A refused request or a missing resource: the user, because the user configures the identity and the polled
 * resources.
 * - A disabled subscription, or a wrong clock of the polling machine: the user.
 * @param error error of the poll; null = unknown
 */
export function getFailedPollOwner(outcome: PollOutcome, error: FailedAnswer | null): CauseOwner {
  if (isReadOnly(error?.code)) return 'own_change'
  if (outcome === 'throttled') return error?.budget && !isRegionalBudget(error.budget) ? 'own_change' : 'unknown'
  if (outcome === 'unavailable') return error && isAzuresOwnFailure(error) ? 'microsoft' : 'unknown'
  return remedies[outcome].owner
}

/** Returns the exact name of the owner of a cause that a poll outcome shows; null = the general name is used. */
export function findOutcomeOwnerName(causeClass: string, owner: CauseOwner): string | null {
  const outcome = pollOutcomes.find((one) => `collector_${one}` === causeClass)
  return (outcome && remedies[outcome].ownerNames?.[owner]) ?? null
}

/** Poll outcomes whose reason may be the state of the subscription (disabled, warned or past due). */
const REFUSED: ReadonlySet<PollOutcome> = new Set(['forbidden', 'not_found', 'unavailable', 'locked'])

type FailedAnswer = Pick<PollError, 'code' | 'httpStatus' | 'budget'>

/**
 * Reports whether Azure itself reports a server error. This is the case if the response contains the error object of
 * Azure's APIs; otherwise Peerwatch's error code consists of `HTTP_` and the status.
 */
const isAzuresOwnFailure = ({ code, httpStatus }: FailedAnswer) =>
  httpStatus !== null && httpStatus >= 500 && code !== `HTTP_${httpStatus}`

/** Returns the instruction for a budget that is used up. */
const ofBudget = (budget: BudgetName): string =>
  isRegionalBudget(budget)
    ? 'The network provider counts requests for each subscription and region, from all callers. Polls in this region slow down automatically. To prevent it, set longer intervals (POLL_*_EVERY); another identity does not help.'
    : 'This subscription slows down automatically. To prevent it, set longer intervals (POLL_*_EVERY) or use a second identity, because Azure Resource Manager counts requests for each subscription and identity.'

/**
 * Error codes of responses that probably do not come from Azure: they are not complete JSON, or they link to another
 * server.
 */
const NO_JSON: ReadonlySet<string> = new Set(['MALFORMED_JSON', 'HALF_BODY', 'EMPTY_BODY', 'FOREIGN_LINK'])
const REPLACED =
  'The response is not an answer of Azure, or only a part of an answer, and was not recorded. A proxy between the worker and Azure may have replaced it.'

const SETTLE =
  'Ask the owner of the subscription to pay the outstanding amount, or to enable the subscription again (Azure portal, Subscriptions).'

/**
 * Returns the instruction for the user if ARM's state of a subscription shows a problem; null = no problem, or unknown
 * state. Source: Azure, "Azure subscription states".
 */
export function findSubscriptionRemedy(state: string | null): string | null {
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

/**
 * Reports whether an error code is the code (with status 409) by which ARM refuses an operation in a disabled
 * subscription.
 */
const isReadOnly = (code: string | undefined) => code?.toLowerCase() === 'readonlydisabledsubscription'

const UNREAD =
  'Azure’s answer has rows in a form that Peerwatch does not read. All other rows were recorded, and Peerwatch does not treat the unread rows as removed. Report the row that Sources shows.'

export interface FailedPollRemedy {
  /** instruction for the user, with the command at its end if there is one; null = the user need not do anything */
  remedy: string | null
  /** only the command, so that the user can copy it; null = no command */
  command: string | null
}

/**
 * Returns the instruction for the user after a failed poll.
 * @param code code of the poll's error
 * @param missingAction ARM action that the identity lacks, if Azure named it
 * @param budget the exhausted Azure budget, if the response names it
 * @param subscriptionState ARM's state of the resource's subscription; null = unknown
 * @param resourceId ARM id of the polled resource; without it no command is returned
 */
export function findFailedPollRemedy(
  outcome: PollOutcome,
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
): FailedPollRemedy {
  const { remedy } = remedies[outcome]
  const ofSubscription = findSubscriptionRemedy(isReadOnly(code) ? 'Disabled' : subscriptionState)
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
