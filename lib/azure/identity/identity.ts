import type { TokenCredential } from '@azure/identity'
import type { PollOutcome } from '#lib/contract/index.ts'
import { type ArmClient, type ArmOptions, createArmClient } from '../call/arm.ts'
import type { ResourceChangeQueries } from '../kinds/activity/change-queries.ts'
import type { MetricBatches } from '../kinds/metrics/batch.ts'
import { TokenSource } from './tokens.ts'

/**
 * Number of consecutive responses with status 401 after which the token is renewed. A single 401 may mean that the
 * token expired on the way.
 */
const REFUSALS_BEFORE_RENEWAL = 2

/** Identity that polls Azure, with its own credential, tokens and clients. */
export class AzureIdentity {
  readonly name: string
  /** subscriptions that it polls; `*` = all that it can see */
  readonly subscriptionIds: readonly string[] | '*'
  readonly batches: MetricBatches
  readonly changes: ResourceChangeQueries
  readonly #tokens: TokenSource
  readonly #options: Omit<ArmOptions, 'tokens'>
  readonly #arms = new Map<string, ArmClient>()
  #refusals = 0

  constructor(
    { name, subscriptionIds }: { name: string; subscriptionIds: readonly string[] | '*' },
    credential: { create: () => TokenCredential; timeoutMs: number },
    {
      batches,
      changes,
      ...options
    }: Omit<ArmOptions, 'tokens'> & { batches: MetricBatches; changes: ResourceChangeQueries },
  ) {
    this.name = name
    this.subscriptionIds = subscriptionIds
    this.batches = batches
    this.changes = changes
    this.#tokens = new TokenSource(credential.create, credential.timeoutMs)
    this.#options = options
  }

  /**
   * Returns the ARM client of this identity for a subscription.
   * @param subscriptionId '' = no subscription, for lists of the whole tenant
   */
  arm(subscriptionId: string): ArmClient {
    const key = subscriptionId.toLowerCase()
    const known = this.#arms.get(key)
    if (known) return known
    const arm = createArmClient(subscriptionId, { ...this.#options, tokens: this.#tokens })
    this.#arms.set(key, arm)
    return arm
  }

  /**
   * Takes note of the outcome of a request. If Azure refused the token several times in a row, the credential and all
   * clients are created again, because both keep the token.
   */
  heed(outcome: PollOutcome, httpStatus: number | null): void {
    if (outcome !== 'unauthorized' || httpStatus !== 401) {
      if (httpStatus === null && outcome !== 'ok') return
      this.#refusals = 0
      return
    }
    if (++this.#refusals < REFUSALS_BEFORE_RENEWAL) return
    this.#refusals = 0
    this.#arms.clear()
    this.#tokens.renew()
  }
}
