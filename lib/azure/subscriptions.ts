import { z } from 'zod'
import type { Arm } from './arm.ts'
import type { Call } from './call.ts'
import { decodeRows } from './decode.ts'
import { text, textOrNull } from './fields.ts'
import { plainRows } from './paging.ts'
import type { Subscription } from './types.ts'

const SUBSCRIPTIONS_VERSION = '2022-12-01'

/** A row of GET /subscriptions. Source: Azure Resource Manager REST, Subscriptions - List. */
const subscriptionRow = z
  .object({
    subscriptionId: text,
    displayName: textOrNull,
    tenantId: textOrNull,
    state: textOrNull,
    tags: z.record(z.string(), z.string()).optional().catch(undefined),
  })
  .transform((row): Subscription => row)

/** Every subscription that the credential sees, but for deleted ones. */
export async function readSubscriptions(call: Call, arm: Arm): Promise<Subscription[]> {
  const rows = await plainRows(call, arm, `/subscriptions?api-version=${SUBSCRIPTIONS_VERSION}`)
  return decodeRows(subscriptionRow, rows).filter(({ state }) => state?.toLowerCase() !== 'deleted')
}

/** The configured ones among those listed, in the order of the configuration; those not listed by their id alone. */
export function configuredSubscriptions(ids: readonly string[], listed: readonly Subscription[]): Subscription[] {
  return ids.map((id) => {
    const known = listed.find(({ subscriptionId }) => subscriptionId.toLowerCase() === id.toLowerCase())
    return known ?? { subscriptionId: id, displayName: null, tenantId: null, state: null }
  })
}
