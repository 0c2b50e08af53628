import type { AzureAccess } from '#lib/azure/index.ts'
import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import type { EpochMs, PollObservation, PollKind, ResourceRow } from '#lib/contract/index.ts'
import {
  listAdvertisedNeighborsOfRows,
  type PlannedPoll,
  type PollIntervals,
  planPolls,
  buildSubscriptionId,
} from '#lib/poller/index.ts'
import type { AzureResponseWatch } from './azure-response-watch.ts'
import type { AzureSetupResults, SetupPollResult } from './azure-findings.ts'
import type { TimedPoll } from './interval-check.ts'

/**
 * Maximum number of subscriptions that are checked individually. The others are probably similar; only their number is
 * reported.
 */
const MAX_SUBSCRIPTIONS = 20
/**
 * Number of subscriptions that are polled in parallel. Each subscription has its own request budgets and resources, so
 * a slow subscription does not delay the others.
 */
const AT_ONCE = 5
const DEADLINE_MS = 90_000

interface AzureRequest {
  findings: AzureSetupResults
  planned: TimedPoll[]
}

/**
 * Makes a first round of requests: the list of subscriptions, then for each subscription an inventory and one poll of
 * each kind.
 * @param progress called with a description of the next request
 */
export async function fetchSetupFindings(
  {
    azure,
    watch,
    intervals,
    now,
  }: { azure: AzureAccess; watch: AzureResponseWatch; intervals: PollIntervals; now: () => EpochMs },
  progress: (line: string) => void,
): Promise<AzureRequest> {
  const { outcome, error, subscriptions, identities } = await azure.listSubscriptions()
  const isListed = outcome === 'ok' || outcome === 'incomplete'
  const asked = isListed ? subscriptions.slice(0, MAX_SUBSCRIPTIONS) : []
  const polls: SetupPollResult[] = []
  const planned: TimedPoll[] = []
  const found = new Map<string, number>()
  const toAsk = asked.entries()
  const askNext = async () => {
    for (const [n, { subscriptionId, displayName }] of toAsk) {
      const say = (line: string) => progress(`subscription ${n + 1} of ${asked.length}: ${line}`)
      const resources = await inventoryOf(azure, subscriptionId, {
        polls,
        progress: (line) => say(`inventory of ${displayName ?? subscriptionId}${line}`),
      })
      for (const { type } of resources) found.set(type, (found.get(type) ?? 0) + 1)
      const measured = await fetchEachKind(azure, subscriptionId, { resources, polls, intervals, progress: say })
      planned.push(...measured)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, askNext))
  const left = isListed ? subscriptions.length - asked.length : 0
  const { clock, principalIds } = watch
  return {
    findings: {
      listing: { outcome, error, subscriptions, identities },
      clock,
      apiVersion: null,
      principalIds,
      found: asked.length > 0 ? found : null,
      ...(left > 0 && { left }),
      polls,
      at: now(),
    },
    planned,
  }
}

const secondsOf = ({ startedAt, finishedAt }: PollObservation) => (finishedAt - startedAt) / 1_000

async function inventoryOf(
  azure: AzureAccess,
  subscriptionId: string,
  { polls, progress }: { polls: SetupPollResult[]; progress: (line: string) => void },
): Promise<ResourceRow[]> {
  const target = { resourceId: buildSubscriptionId(subscriptionId), subresource: '' }
  progress('')
  const observation = await azure.poll(target, 'inventory', {
    onProgress: ({ done, total }) => progress(`, ${done} of ${total} resource groups`),
  })
  const { outcome, error } = observation
  const seconds = secondsOf(observation)
  polls.push({ resourceId: target.resourceId, kind: 'inventory', outcome, error, seconds })
  if (observation.kind !== 'inventory') return []
  for (const { outcome: refused, error: why } of observation.rows.failedTypes) {
    polls.push({ resourceId: target.resourceId, kind: 'inventory', outcome: refused, error: why, seconds: null })
  }
  return observation.rows.resources
}

/**
 * Makes one poll of each kind in a subscription, except the inventory.
 * @returns all planned polls of the subscription, each with the duration that was measured for its kind
 */
async function fetchEachKind(
  azure: AzureAccess,
  subscriptionId: string,
  {
    resources,
    polls,
    intervals,
    progress,
  }: {
    resources: readonly ResourceRow[]
    polls: SetupPollResult[]
    intervals: PollIntervals
    progress: (line: string) => void
  },
): Promise<TimedPoll[]> {
  const own = resources.map((row) => ({ ...row, subscriptionId }))
  const neighbors = new Map<string, string[]>()
  const plan = () => planPolls({ subscriptionIds: [subscriptionId], resources: own, neighbors }, intervals)
  const seconds = new Map<PollKind, number>()
  // Polls in the order of `kinds`. BGP peers come first, because that poll finds the neighbors whose advertised routes
  // are polled.
  for (const kind of Object.keys(pollKindDefinitions) as PollKind[]) {
    const first: PlannedPoll | undefined = plan().find((poll) => poll.kind === kind)
    if (!first || kind === 'inventory') continue
    progress(`${kind} of ${first.resourceId.split('/').at(-1)}`)
    const { resourceId, subresource } = first
    const observation = await azure.poll({ resourceId, subresource }, kind, { deadlineMs: DEADLINE_MS })
    const { outcome, error } = observation
    seconds.set(kind, secondsOf(observation))
    polls.push({ resourceId, kind, outcome, error, seconds: secondsOf(observation) })
    if (observation.kind === 'peers') {
      neighbors.set(resourceId.toLowerCase(), listAdvertisedNeighborsOfRows(observation.rows))
    }
  }
  const regions = new Map(resources.map(({ resourceId, location }) => [resourceId.toLowerCase(), location]))
  return plan().map(({ resourceId, kind, everySeconds }) => ({
    resourceId,
    region: regions.get(resourceId.toLowerCase()) ?? null,
    kind,
    everySeconds,
    seconds: seconds.get(kind) ?? null,
  }))
}
