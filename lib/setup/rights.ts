import { ROLE_NAME } from '#lib/azure/index.ts'
import { kinds } from '#lib/azure/kinds/index.ts'
import { parseArmId, type PollKind } from '#lib/contract/index.ts'
import { pollKindWords } from '#lib/contract/words/index.ts'
import { type SetupResult, setupResult } from '#lib/contract/words/setup-checks.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.mjs'
import type { AzureFindings } from './findings.ts'

const ROLE_FILE = 'peerwatch-role.json'

/** What an identity lacks in a subscription. */
interface Lack {
  /** null = one asks for everything */
  identity: string | null
  subscriptionId: string
  actions: Set<string>
  kinds: Set<PollKind>
}

/** Which actions are missing, and the commands that grant them. */
export function rightsResult(findings: Pick<AzureFindings, 'polls' | 'principalIds' | 'listing'>): SetupResult {
  const { polls } = findings
  const lacks = new Map<string, Lack>()
  for (const { resourceId, kind, outcome, error, identity = null } of polls) {
    if (outcome !== 'forbidden') continue
    const subscriptionId = parseArmId(resourceId)?.subscriptionId ?? resourceId
    const key = `${identity} ${subscriptionId.toLowerCase()}`
    const lack = lacks.get(key) ?? { identity, subscriptionId, actions: new Set(), kinds: new Set() }
    for (const action of error?.missingAction ? [error.missingAction] : kinds[kind].actions) lack.actions.add(action)
    lack.kinds.add(kind)
    lacks.set(key, lack)
  }
  if (polls.length === 0) return setupResult('rights', 'skip', 'Nothing was polled yet.')
  if (lacks.size === 0) {
    const seen = new Set(
      polls.filter(({ outcome }) => outcome === 'ok' || outcome === 'locked').map(({ kind }) => kind),
    )
    const words = [...seen].map(pollKindWords).join(', ')
    return setupResult('rights', 'pass', seen.size === 0 ? 'No poll was refused.' : `Nothing is missing for: ${words}.`)
  }
  const all = [...lacks.values()]
  return setupResult('rights', 'fail', missingWords(all), {
    lines: all.flatMap(({ identity, subscriptionId, actions, kinds: refused }) => [
      `${identity === null ? '' : `identity ${identity}, `}subscription ${subscriptionId}, refused: ${[...refused].map(pollKindWords).join(', ')}`,
      ...[...actions].toSorted().map((action) => `  ${action}`),
    ]),
    remedy: `Create the role ${ROLE_NAME} (update it where it exists) and assign it. A new assignment takes some minutes.`,
    commands: [
      `npm run --silent doctor -- --role > ${ROLE_FILE}`,
      `az role definition create --role-definition ${ROLE_FILE}`,
      ...all.map(
        ({ identity, subscriptionId }) =>
          `az role assignment create --assignee ${assigneeOf(identity, findings)} --role "${ROLE_NAME}" --scope /subscriptions/${subscriptionId}`,
      ),
    ],
  })
}

/** As `az` takes it: an application's id, or an object id where Azure named it. */
function assigneeOf(
  identity: string | null,
  { principalIds, listing }: Pick<AzureFindings, 'principalIds' | 'listing'>,
): string {
  const clientId = listing.identities?.find((one) => one.identity === identity)?.clientId
  return clientId ?? principalIds.get(identity ?? DEFAULT_IDENTITY) ?? '<principal id>'
}

function missingWords(lacks: readonly Lack[]): string {
  const count = new Set(lacks.flatMap(({ actions }) => [...actions].map((action) => action.toLowerCase()))).size
  const subscriptions = new Set(lacks.map(({ subscriptionId }) => subscriptionId.toLowerCase())).size
  const where = subscriptions === 1 ? 'one subscription' : `${subscriptions} subscriptions`
  return `${count === 1 ? 'One action is' : `${count} actions are`} missing in ${where}.`
}
