import { AZURE_ROLE_NAME } from '#lib/azure/index.ts'
import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import { parseArmId, type PollKind } from '#lib/contract/index.ts'
import { formatPollKind } from '#lib/contract/words/index.ts'
import { type SetupResult, createSetupResult } from '#lib/contract/words/setup-checks.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.ts'
import type { AzureSetupResults } from './azure-findings.ts'
import { formatShortNameList } from './shortened-list.ts'

const ROLE_FILE = 'peerwatch-role.json'
/**
 * Maximum number of subscriptions for which separate commands assign the role. For more subscriptions, one command with
 * a loop assigns it.
 */
const MAX_COMMANDS = 3

/** Rights that an identity lacks in a subscription. */
interface Lack {
  /** name of the identity; null = there is only one identity */
  identity: string | null
  subscriptionId: string
  actions: Set<string>
  kinds: Set<PollKind>
}

/**
 * Checks which Azure actions are not permitted, according to refused polls. The result contains the commands that grant
 * them.
 */
export function checkAzureRights(findings: Pick<AzureSetupResults, 'polls' | 'principalIds' | 'listing'>): SetupResult {
  const { polls } = findings
  const lacks = new Map<string, Lack>()
  for (const { resourceId, kind, outcome, error, identity = null } of polls) {
    if (outcome !== 'forbidden') continue
    const subscriptionId = parseArmId(resourceId)?.subscriptionId ?? resourceId
    const key = `${identity} ${subscriptionId.toLowerCase()}`
    const lack = lacks.get(key) ?? { identity, subscriptionId, actions: new Set(), kinds: new Set() }
    for (const action of error?.missingAction ? [error.missingAction] : pollKindDefinitions[kind].actions)
      lack.actions.add(action)
    lack.kinds.add(kind)
    lacks.set(key, lack)
  }
  if (polls.length === 0) return createSetupResult('rights', 'skip', 'Nothing was polled yet.')
  if (lacks.size === 0) {
    const seen = new Set(
      polls.filter(({ outcome }) => outcome === 'ok' || outcome === 'locked').map(({ kind }) => kind),
    )
    const words = [...seen].map(formatPollKind).join(', ')
    return createSetupResult(
      'rights',
      'pass',
      seen.size === 0 ? 'No poll was refused.' : `Nothing is missing for: ${words}.`,
    )
  }
  // Polls run in parallel, so their results are in random order and are sorted here.
  const all = [...lacks.values()].toSorted((a, b) => (a.subscriptionId < b.subscriptionId ? -1 : 1))
  const byIdentity = [...Map.groupBy(all, ({ identity }) => identity)]
  const isMany = byIdentity.some(([, own]) => own.length > MAX_COMMANDS)
  return createSetupResult('rights', 'fail', formatMissing(all), {
    lines: [...Map.groupBy(all, sameLack).values()].flatMap(lackLines),
    remedy: `Create the role ${AZURE_ROLE_NAME} (where it exists: az role definition update) and assign it${isMany ? ', or assign it once at a management group that holds these subscriptions' : ''}. A new assignment takes some minutes.`,
    commands: [
      `npm run --silent doctor -- --role > ${ROLE_FILE}`,
      `az role definition create --role-definition ${ROLE_FILE}`,
      ...byIdentity.flatMap(([identity, own]) =>
        assignments(
          assigneeOf(identity, findings),
          own.map(({ subscriptionId }) => subscriptionId),
        ),
      ),
    ],
  })
}

/**
 * Returns a text that is equal for equal missing rights of an identity, so that they are reported together. An identity
 * usually lacks the same rights in hundreds of subscriptions.
 */
const sameLack = ({ identity, actions, kinds: refused }: Lack): string =>
  JSON.stringify([identity, [...refused].toSorted(), [...actions].toSorted()])

function lackLines(alike: readonly Lack[]): string[] {
  const [one] = alike
  if (!one) return []
  const ids = alike.map(({ subscriptionId }) => subscriptionId)
  const where =
    ids.length === 1 ? `subscription ${ids[0]}` : `${ids.length} subscriptions (${formatShortNameList(ids)})`
  return [
    `${one.identity === null ? '' : `identity ${one.identity}, `}${where}, refused: ${[...one.kinds].map(formatPollKind).join(', ')}`,
    ...[...one.actions].toSorted().map((action) => `  ${action}`),
  ]
}

/** Returns the commands that assign the role: one for each subscription, or one with a loop if there are many. */
function assignments(assignee: string, subscriptionIds: readonly string[]): string[] {
  const assign = (id: string) =>
    `az role assignment create --assignee ${assignee} --role "${AZURE_ROLE_NAME}" --scope /subscriptions/${id}`
  if (subscriptionIds.length <= MAX_COMMANDS) return subscriptionIds.map(assign)
  return [`for id in ${subscriptionIds.join(' ')}; do ${assign('$id')}; done`]
}

/**
 * Returns the assignee for an `az` command: the application ID of the identity; if unknown, the object ID from Azure's
 * refusal; if unknown too, a placeholder.
 */
function assigneeOf(
  identity: string | null,
  { principalIds, listing }: Pick<AzureSetupResults, 'principalIds' | 'listing'>,
): string {
  const clientId = listing.identities?.find((one) => one.identity === identity)?.clientId
  return clientId ?? principalIds.get(identity ?? DEFAULT_IDENTITY) ?? '<principal id>'
}

function formatMissing(lacks: readonly Lack[]): string {
  const count = new Set(lacks.flatMap(({ actions }) => [...actions].map((action) => action.toLowerCase()))).size
  const subscriptions = new Set(lacks.map(({ subscriptionId }) => subscriptionId.toLowerCase())).size
  const where = subscriptions === 1 ? 'one subscription' : `${subscriptions} subscriptions`
  return `${count === 1 ? 'One action is' : `${count} actions are`} missing in ${where}.`
}
