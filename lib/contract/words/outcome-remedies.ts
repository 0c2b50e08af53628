import { parseArmId } from '../arm-id.ts'
import { type BudgetName, isRegional } from '../budget.ts'
import type { CauseOwner } from '../cause.ts'
import type { PollError } from '../observation.ts'
import type { Outcome } from '../poll.ts'

interface OutcomeRemedy {
  /** who can change it */
  owner: CauseOwner
  /** what to do; null = nothing */
  remedy: string | null
}

/** The custom role of docs/azure-permissions.md. */
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
    owner: 'microsoft',
    remedy:
      'What draws from the same budget slows down on its own; Sources shows which budget is used up. To prevent it, set longer intervals (POLL_*_EVERY).',
  },
  locked: {
    owner: 'unknown',
    remedy:
      'Azure runs another operation on this resource; it is polled again when that has ended, and nothing else is slowed down. If it lasts for hours, check the provisioning state of the resource and who changed it (Activity Log).',
  },
  unavailable: {
    owner: 'microsoft',
    remedy:
      'Polling continues on its own. If it lasts, check the connection from the worker to Azure’s management endpoint (proxy, DNS, firewall), then Azure’s status page.',
  },
  timeout: {
    owner: 'microsoft',
    remedy:
      'Polling continues on its own; a gateway that is being changed answers late. If it lasts, open a support case for this resource.',
  },
  malformed: {
    owner: 'microsoft',
    remedy:
      'The response is not what Azure documents, and nothing of it was recorded. The error on Sources names the field; a proxy between the worker and Azure may have replaced the response.',
  },
  incomplete: {
    owner: 'microsoft',
    remedy:
      'Rows that are known to exist are missing; the others were recorded. If it lasts, open a support case for this resource.',
  },
  superseded: { owner: 'unknown', remedy: null },
  not_polled: { owner: 'unknown', remedy: null },
  paused: { owner: 'unknown', remedy: null },
}

/**
 * Who can change how polls end; `unknown` where nobody has to, and where nothing came back that says whose side failed: a connection that
 * was refused, a name that was not resolved, or a request that nobody answered may be the proxy, DNS, the firewall or Azure.
 * @param error of the poll; null = not known
 */
export function outcomeOwner(outcome: Outcome, error: Pick<PollError, 'httpStatus'> | null): CauseOwner {
  return unanswered.has(outcome) && (error?.httpStatus ?? null) === null ? 'unknown' : remedies[outcome].owner
}

const unanswered: ReadonlySet<Outcome> = new Set<Outcome>(['unavailable', 'timeout'])

/** What to do about one budget that is used up. */
const ofBudget = (budget: BudgetName): string =>
  isRegional(budget)
    ? 'The network provider counts requests for each subscription and region, whoever sends them. What is in this region slows down on its own. To prevent it, set longer intervals (POLL_*_EVERY); another identity does not help.'
    : 'Azure Resource Manager counts requests for each subscription and identity. This subscription slows down on its own. To prevent it, set longer intervals (POLL_*_EVERY) or use a second identity for the subscription.'

export interface Remedy {
  /** It ends with the command where there is one; null = there is nothing to do. */
  remedy: string | null
  /** the command alone, to copy */
  command: string | null
}

/**
 * What to do about a poll that failed.
 * @param missingAction the action of ARM that the identity lacks, where Azure named it
 * @param budget which of Azure's budgets is used up, where the answer says
 * @param resourceId ARM id of what is polled; without it no command is given
 */
export function remedyOf(
  outcome: Outcome,
  {
    missingAction,
    budget,
    resourceId,
  }: { missingAction?: string | null; budget?: BudgetName | null | undefined; resourceId?: string } = {},
): Remedy {
  const { remedy } = remedies[outcome]
  if (outcome === 'throttled' && budget) return { remedy: ofBudget(budget), command: null }
  if (outcome !== 'forbidden') return { remedy, command: null }
  const grant = `${missingAction ? `It lacks ${missingAction}. ` : ''}${remedy}`
  if (resourceId === undefined) return { remedy: `${grant}; Sources shows the command.`, command: null }
  const { subscriptionId } = parseArmId(resourceId) ?? {}
  const subscription = subscriptionId === undefined ? resourceId : `/subscriptions/${subscriptionId}`
  const command = `az role assignment create --assignee <principal id> --role "${ROLE}" --scope ${subscription}`
  return { remedy: `${grant}: ${command}`, command }
}
