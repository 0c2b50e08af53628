import { z } from 'zod'
import type { ArmClient } from './call/arm.ts'
import type { AzurePollContext } from './call/call.ts'
import { classifyRequestError } from './call/classify-failure.ts'
import { sendThroughSdk } from './call/send-request.ts'
import { parseResponseBody, decodeRowsWithSchema, requireBodyObject } from './decode/decode.ts'
import { armTextSchema, armTextOrNullSchema } from './decode/fields.ts'
import { isJsonObject, type JsonObject } from './decode/json.ts'
import { fetchListRows } from './call/paging.ts'
import type { PollObservation } from '#lib/contract/index.ts'
import type { EnvironmentSettings } from '#lib/platform/environment.ts'
import { rankPollOutcome } from './identity/identity-choice.ts'
import type { IdentitySettings, AzureSubscription, SubscriptionsPollResult } from './types.ts'
import { createArmRowSchema, getArmMember } from './decode/members.ts'
import type { UnreadRowCounter } from './decode/unread-row-counter.ts'

const SUBSCRIPTIONS_VERSION = '2022-12-01'

/** Schema of a row of GET /subscriptions. Source: Azure Resource Manager REST, Subscriptions - List. */
const subscriptionRow = createArmRowSchema({
  subscriptionId: armTextSchema,
  displayName: armTextOrNullSchema,
  tenantId: armTextOrNullSchema,
  state: armTextOrNullSchema,
  tags: z.unknown().optional(),
}).transform(({ tags, ...row }): AzureSubscription => (isJsonObject(tags) ? { ...row, tags: textsIn(tags) } : row))

/** Returns the tags whose values are text. Other tags are left out. */
const textsIn = (tags: JsonObject): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter((tag): tag is [string, string] => typeof tag[1] === 'string'))

/**
 * Lists all subscriptions that the identity can see, except deleted subscriptions.
 * @param unread counts rows that could not be decoded
 */
export async function readSubscriptions(
  call: AzurePollContext,
  arm: ArmClient,
  unread: UnreadRowCounter,
): Promise<AzureSubscription[]> {
  const rows = await fetchListRows(call, arm, `/subscriptions?api-version=${SUBSCRIPTIONS_VERSION}`)
  return decodeRowsWithSchema(subscriptionRow, rows, 'value', unread).filter(
    ({ state }) => state?.toLowerCase() !== 'deleted',
  )
}

/**
 * Reports whether a subscription exists, with a request for this subscription. It does not exist if Azure responds with
 * the code `SubscriptionNotFound` or with the state "deleted". All other failures are thrown.
 */
export async function isExistingSubscription(
  call: AzurePollContext,
  arm: ArmClient,
  subscriptionId: string,
): Promise<boolean> {
  const url = `/subscriptions/${encodeURIComponent(subscriptionId)}?api-version=${SUBSCRIPTIONS_VERSION}`
  try {
    const body = requireBodyObject(parseResponseBody(await sendThroughSdk(call, async () => arm.get(url))))
    return String(getArmMember(body, 'state')).toLowerCase() !== 'deleted'
  } catch (error) {
    const failure = classifyRequestError(error, call)
    if (failure.error.httpStatus === 404 && /^SubscriptionNotFound$/i.test(failure.error.code)) return false
    throw failure
  }
}

/**
 * Returns the configured subscriptions in the configured order. If a subscription is not in `listed`, only its ID is
 * known.
 */
export function resolveConfiguredSubscriptions(
  ids: readonly string[],
  listed: readonly AzureSubscription[],
): AzureSubscription[] {
  return ids.map((id) => {
    const known = listed.find(({ subscriptionId }) => subscriptionId.toLowerCase() === id.toLowerCase())
    return known ?? { subscriptionId: id, displayName: null, tenantId: null, state: null }
  })
}

/** The result of listing subscriptions with one identity. `rows` are the subscriptions that the identity polls. */
export interface IdentitySubscriptions extends Pick<PollObservation, 'outcome' | 'error' | 'correlationId'> {
  identity: { name: string; subscriptionIds: readonly string[] | '*' }
  rows: AzureSubscription[]
}

/**
 * Returns the IDs, in lower case, of the subscriptions that an identity polls and can see. If a configured subscription
 * has no state, the identity cannot see it, because it was missing from the list.
 */
export const listVisibleSubscriptionIds = (
  { subscriptionIds }: IdentitySubscriptions['identity'],
  rows: readonly AzureSubscription[],
): string[] =>
  rows
    .filter(({ state }) => subscriptionIds === '*' || state !== null)
    .map(({ subscriptionId }) => subscriptionId.toLowerCase())

/**
 * Returns the subscriptions that the environment's own credential polls: the configured subscriptions, or `*` (all that
 * it can see) if none is configured. The result is empty if only other identities are configured.
 */
export function findDefaultSubscriptions({
  subscriptions,
  identities,
}: EnvironmentSettings['azure']): readonly string[] | '*' {
  if (subscriptions === 'all') return '*'
  return subscriptions.length > 0 || identities.length > 0 ? subscriptions : '*'
}

/**
 * Combines the lists of all identities. Each subscription is in the result once, with the data from an identity that
 * can see it.
 * @param listings must contain at least one list
 */
export function combineSubscriptionLists(
  listings: readonly IdentitySubscriptions[],
  configured: readonly IdentitySettings[],
): SubscriptionsPollResult {
  const [best] = listings.toSorted((a, b) => rankPollOutcome(a) - rankPollOutcome(b))
  if (!best) throw new Error('there is no identity')
  const byId = new Map<string, AzureSubscription>()
  for (const row of listings.flatMap(({ rows }) => rows)) {
    const key = row.subscriptionId.toLowerCase()
    const known = byId.get(key)
    if (!known || (known.state === null && row.state !== null)) byId.set(key, row)
  }
  return {
    outcome: best.outcome,
    error: best.error,
    correlationId: best.correlationId,
    isComplete: listings.every(({ identity, outcome }) => identity.subscriptionIds !== '*' || outcome === 'ok'),
    identities: listings.map(({ identity, outcome, error, rows }) => {
      const { tenantId = null, clientId = null } = configured.find(({ name }) => name === identity.name) ?? {}
      return {
        identity: identity.name,
        tenantId,
        clientId,
        outcome,
        error,
        subscriptionIds: listVisibleSubscriptionIds(identity, rows),
      }
    }),
    subscriptions: [...byId.values()],
  }
}
