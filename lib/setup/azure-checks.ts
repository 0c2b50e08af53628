import type { IdentityListing } from '#lib/azure/index.ts'
import { armTypeLabels, edgeResourceTypes, type PollOutcome } from '#lib/contract/index.ts'
import { formatPollOutcome, findSubscriptionRemedy } from '#lib/contract/words/index.ts'
import { type SetupResult, createSetupResult } from '#lib/contract/words/setup-checks.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.ts'
import { AZURE_CLOCK, checkClockDifference } from './clock-checks.ts'
import type { AzureSetupResults, SetupPollResult } from './azure-findings.ts'
import { shortenLineList, formatShortNameList } from './shortened-list.ts'
import { type BudgetSettings, checkPollIntervals, type TimedPoll } from './interval-check.ts'
import { checkAzureRights } from './rights-check.ts'

/**
 * Error codes of lib/azure that mean that there was no token, so that no request was sent to Azure Resource Manager
 * (ARM).
 */
const WITHOUT_TOKEN = new Set(['NO_TOKEN', 'TOKEN_TIMEOUT', 'TOKEN_SERVICE_UNAVAILABLE'])

/** Outcomes of a request to which ARM itself responded, even if it refused the request. */
const ANSWERED: ReadonlySet<PollOutcome> = new Set([
  'ok',
  'unauthorized',
  'forbidden',
  'not_found',
  'throttled',
  'locked',
  'not_given',
])

/** Returns the results of all setup checks about Azure. */
export function runAzureSetupChecks(
  findings: AzureSetupResults,
  planned: readonly TimedPoll[],
  countsPosts: BudgetSettings['countsPosts'] = 'learn',
): SetupResult[] {
  return [
    loginResult(findings),
    armResult(findings),
    checkClockDifference('clockAzure', findings.clock, AZURE_CLOCK),
    versionResult(findings),
    subscriptionsResult(findings),
    foundResult(findings),
    withoutRest(findings, checkAzureRights(findings)),
    metricsResult(findings.polls),
    withoutRest(
      findings,
      checkPollIntervals(planned, { countsPosts, identitiesOf: (id) => identitiesPolling(findings, id) }),
    ),
  ]
}

/** Adds to a result the number of subscriptions that were not checked, if there are any. */
function withoutRest({ left = 0 }: AzureSetupResults, result: SetupResult): SetupResult {
  if (left === 0 || result.state === 'skip') return result
  const note = left === 1 ? 'One more subscription was not asked.' : `${left} more subscriptions were not asked.`
  return { ...result, lines: [...result.lines, note] }
}

/**
 * Returns the names of the identities that poll a subscription. If no identity can see it, returns the default
 * identity.
 */
function identitiesPolling({ listing: { identities = [] } }: AzureSetupResults, subscriptionId: string): string[] {
  const asking = identities.filter(({ subscriptionIds }) => subscriptionIds.includes(subscriptionId.toLowerCase()))
  return asking.length > 0 ? asking.map(({ identity }) => identity) : [DEFAULT_IDENTITY]
}

/** Returns all setup checks about Azure as skipped, with a reason. */
export function skipAzureSetupChecks(detail: string): SetupResult[] {
  const ids = ['login', 'arm', 'clockAzure', 'apiVersion', 'subscriptions', 'found', 'rights', 'metrics'] as const
  return [...ids, 'intervals' as const].map((id) => createSetupResult(id, 'skip', detail))
}

const hasNoToken = ({ listing }: AzureSetupResults) => WITHOUT_TOKEN.has(listing.error?.code ?? '')

const NO_TOKEN_REMEDY =
  'Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, run where a managed identity is assigned, or sign in with the Azure CLI (docs/azure-permissions.md).'

function loginResult(findings: AzureSetupResults): SetupResult {
  const { outcome, error, identities = [] } = findings.listing
  if (identities.length > 1) return loginsResult(identities)
  if (hasNoToken(findings)) {
    return createSetupResult('login', 'fail', error?.detail ?? 'There is no token.', {
      remedy: NO_TOKEN_REMEDY,
    })
  }
  if (outcome === 'unauthorized') {
    return createSetupResult('login', 'fail', `Azure takes no token of this identity: ${error?.detail ?? outcome}`, {
      remedy: 'Check the tenant (AZURE_TENANT_ID), the cloud (AZURE_RESOURCE_MANAGER_URL) and both clocks.',
    })
  }
  if (!ANSWERED.has(outcome)) return createSetupResult('login', 'skip', 'Azure Resource Manager did not answer.')
  return createSetupResult('login', 'pass', 'The identity has a token that Azure takes.')
}

/**
 * Returns the result of the sign-in check for several identities. A line for each identity contains its tenant, its
 * client and the subscriptions that it can see.
 */
function loginsResult(identities: readonly IdentityListing[]): SetupResult {
  const isRefused = ({ outcome, error }: IdentityListing) =>
    outcome === 'unauthorized' || WITHOUT_TOKEN.has(error?.code ?? '')
  const refused = identities.filter(isRefused)
  const lines = identities.map(({ identity, tenantId, clientId, outcome, error, subscriptionIds: ids }) => {
    const who = tenantId === null ? 'the environment’s own' : `tenant ${tenantId}, client ${clientId}`
    const sees = ids.length === 0 ? 'sees no subscription' : `sees ${formatShortNameList(ids)}`
    return `${identity} (${who}): ${outcome === 'ok' ? sees : (error?.detail ?? formatPollOutcome(outcome))}`
  })
  if (refused.length === 0) {
    return createSetupResult('login', 'pass', `${identities.length} identities have tokens that Azure takes.`, {
      lines,
    })
  }
  const detail = `${refused.length} of ${identities.length} identities ${refused.length === 1 ? 'has' : 'have'} no token that Azure takes.`
  const isOwn = refused.some(({ tenantId }) => tenantId === null)
  return createSetupResult('login', 'fail', detail, {
    lines,
    remedy: `Correct tenant, client and proof in AZURE_IDENTITIES_FILE (docs/operations.md, Several identities).${isOwn ? ` The environment’s own asks for AZURE_SUBSCRIPTION_IDS: leave that empty to leave it out. ${NO_TOKEN_REMEDY}` : ''}`,
  })
}

function armResult(findings: AzureSetupResults): SetupResult {
  const { outcome, error } = findings.listing
  if (hasNoToken(findings)) return createSetupResult('arm', 'skip', 'There is no token to ask with.')
  if (ANSWERED.has(outcome)) return createSetupResult('arm', 'pass', 'It answers.')
  return createSetupResult('arm', 'fail', error?.detail ?? formatPollOutcome(outcome), {
    remedy: 'Check AZURE_RESOURCE_MANAGER_URL, and proxy, DNS and firewall between this machine and Azure.',
  })
}

function versionResult({ apiVersion, listing }: AzureSetupResults): SetupResult {
  if (listing.outcome !== 'ok') return createSetupResult('apiVersion', 'skip', 'Azure was not asked.')
  if (apiVersion === null)
    return createSetupResult('apiVersion', 'pass', 'The SDK’s version of Microsoft.Network is used.')
  const { version, chosenBy } = apiVersion
  const why = chosenBy === 'configuration' ? 'by AZURE_API_VERSION' : 'the newest that this Azure has'
  return createSetupResult('apiVersion', 'pass', `Microsoft.Network is asked in version ${version}, ${why}.`)
}

function subscriptionsResult({ listing }: AzureSetupResults): SetupResult {
  const { outcome, error, subscriptions, identities = [] } = listing
  const askedBy = (id: string) => {
    const names = identities.filter((one) => one.subscriptionIds.includes(id.toLowerCase()))
    return identities.length > 1 && names.length > 0
      ? `asked by ${names.map(({ identity }) => identity).join(' and ')}`
      : null
  }
  // A configured subscription has no state if the identity cannot see it.
  const unseen = subscriptions.filter(({ state }) => state === null)
  const seen = subscriptions.filter(({ state }) => state !== null)
  const lineOf = ({ subscriptionId, displayName, state }: (typeof subscriptions)[number]) =>
    [subscriptionId, displayName, state ?? 'not seen', askedBy(subscriptionId)].filter(Boolean).join(', ')
  // Subscriptions that cannot be seen come first.
  const lines = [...shortenLineList(unseen.map(lineOf), 'not seen'), ...shortenLineList(seen.map(lineOf), 'seen')]
  const remedy = 'Assign the role at each subscription (docs/azure-permissions.md), or correct AZURE_SUBSCRIPTION_IDS.'
  if (outcome !== 'ok') {
    return createSetupResult('subscriptions', 'skip', `They could not be listed: ${error?.code ?? outcome}.`, { lines })
  }
  if (subscriptions.length === 0)
    return createSetupResult('subscriptions', 'fail', 'The identity sees none.', { remedy })
  if (unseen.length > 0) {
    const detail = `${unseen.length} of ${subscriptions.length} are not seen by the identity.`
    return createSetupResult('subscriptions', 'fail', detail, { lines, remedy })
  }
  const restricted = subscriptions.flatMap(({ subscriptionId, state }) => {
    const what = findSubscriptionRemedy(state)
    return what === null ? [] : [{ line: `${subscriptionId}: ${what}`, what }]
  })
  const [first] = restricted
  if (first) {
    const detail = `${restricted.length} of ${subscriptions.length} ${restricted.length === 1 ? 'is' : 'are'} not in order.`
    return createSetupResult('subscriptions', 'warn', detail, {
      lines: restricted.map(({ line }) => line),
      remedy: first.what,
    })
  }
  const one = subscriptions.length === 1
  return createSetupResult('subscriptions', 'pass', one ? 'One is seen.' : `${subscriptions.length} are seen.`, {
    lines,
  })
}

function foundResult({ found, left = 0 }: AzureSetupResults): SetupResult {
  if (found === null) return createSetupResult('found', 'skip', 'No inventory was read yet.')
  const lines = Object.entries(armTypeLabels).flatMap(([type, label]) => {
    const count = found.get(type) ?? 0
    return count > 0 || edgeResourceTypes.includes(type) ? [`${label}: ${count}`] : []
  })
  const onEdge = edgeResourceTypes.reduce((sum, type) => sum + (found.get(type) ?? 0), 0)
  if (onEdge > 0) return createSetupResult('found', 'pass', `Resources of the network edge: ${onEdge}.`, { lines })
  if (left > 0) {
    const detail = `No circuit, gateway, hub, port or LAG was found in the subscriptions that were asked; ${left} were not.`
    return createSetupResult('found', 'warn', detail, {
      lines,
      remedy:
        'Name the subscriptions that hold them in AZURE_SUBSCRIPTION_IDS. A worker reads all of them in any case.',
    })
  }
  return createSetupResult('found', 'warn', 'No circuit, gateway, hub, port or LAG was found.', {
    lines,
    remedy: 'Check that these subscriptions hold them, and that the identity may read all their resource groups.',
  })
}

function metricsResult(polls: readonly SetupPollResult[]): SetupResult {
  const own = polls.filter(({ kind }) => kind === 'metrics')
  const failed = own.find(({ outcome }) => outcome !== 'ok' && outcome !== 'forbidden')
  if (own.length === 0) return createSetupResult('metrics', 'skip', 'There is no resource with metrics yet.')
  if (own.some(({ outcome }) => outcome === 'ok')) return createSetupResult('metrics', 'pass', 'Azure Monitor answers.')
  if (!failed) return createSetupResult('metrics', 'skip', 'Metrics are refused: see Rights.')
  return createSetupResult('metrics', 'fail', failed.error?.detail ?? formatPollOutcome(failed.outcome), {
    remedy: 'Check AZURE_MONITOR_METRICS_URL, and proxy, DNS and firewall between this machine and Azure Monitor.',
  })
}
