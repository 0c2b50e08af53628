import { type IdentityRefusal, type PollOutcome, type PollError, getSubscriptionId } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.ts'

/** Properties of a query to Azure that determine which identity may send it. */
export interface IdentitySelectionQuery {
  /** ID of the queried subscription, in lower case */
  subscriptionId: string
  /** subject for which Azure grants a right: the kind of a poll, or the name of another query such as `bill` */
  about: string
  /** ARM budget that the first request of the query uses */
  side: 'reads' | 'writes'
  /**
   * true = successive queries use different identities in turn; false = each query tries the identities in the same
   * order
   */
  spread: boolean
}

/** Identity with the subscriptions that it polls; `*` = all that it can see. */
interface Asker {
  name: string
  subscriptionIds: readonly string[] | '*'
}

/**
 * Pause of an identity after Azure refused it. `until` is the end of the pause in milliseconds of the monotonic clock;
 * `inARow` is the number of consecutive refusals.
 */
interface HeldBack {
  until: number
  inARow: number
  /** refusal because of a missing right or token; null = only a request budget was exhausted */
  refusal: IdentityRefusal | null
}

/**
 * Pause of an identity that lacks a right, in milliseconds. It is long, because a person must grant the right. It
 * doubles with each further refusal up to the maximum.
 */
const WITHOUT_RIGHT = { firstMs: 5 * MS_PER_MINUTE, mostMs: 30 * MS_PER_MINUTE }
/**
 * Pause of an identity whose token was refused or could not be fetched, in milliseconds. It doubles with each further
 * refusal up to the maximum.
 */
const WITHOUT_TOKEN = { firstMs: MS_PER_MINUTE / 2, mostMs: 10 * MS_PER_MINUTE }
/**
 * Pause of an identity after a 429 of ARM that contains no wait, in milliseconds. An empty token bucket is half full
 * again after about this time.
 */
const WITHOUT_BUDGET = { firstMs: 10_000, mostMs: 10_000 }

/** Error codes that mean that no token could be fetched. */
const NO_TOKEN = new Set(['NO_TOKEN', 'TOKEN_TIMEOUT', 'TOKEN_SERVICE_UNAVAILABLE'])

interface Answer {
  outcome: PollOutcome
  error: PollError | null
}

/**
 * Chooses the identity that sends a query (ADR 0124). The identities take turns, so that their ARM budgets are used
 * equally. An identity that Azure refused is skipped during a pause. The pause applies to:
 * - all queries, if the token is refused or could not be fetched
 * - a subscription, if the identity cannot see it
 * - one poll kind or other query in a subscription, if the identity lacks a right for it
 * - reads or writes of a subscription, if their budget is exhausted
 * If there is only one identity, no pauses are recorded.
 */
export class AzureIdentityChooser<Own extends Asker> {
  readonly all: readonly Own[]
  readonly #now: () => number
  /** subscriptions that each identity can see, in lower case; an identity without an entry has not listed them yet */
  readonly #seen = new Map<string, ReadonlySet<string>>()
  readonly #turns = new Map<string, number>()
  readonly #held = new Map<string, HeldBack>()

  /**
   * @param all all identities, at least one
   * @param now returns milliseconds of the monotonic clock
   */
  constructor(all: readonly Own[], now: () => number) {
    this.all = all
    this.#now = now
  }

  /** Reports whether there is only one identity. */
  get isOne(): boolean {
    return this.all.length === 1
  }

  /**
   * Reports whether the default identity is the only identity, so that results need not contain the name of their
   * identity.
   */
  get isPlain(): boolean {
    return this.isOne && this.all[0]?.name === DEFAULT_IDENTITY
  }

  named(name: string): Own | undefined {
    return this.all.find((identity) => identity.name === name)
  }

  /** Stores which subscriptions an identity can see. The list must be complete. */
  sees(identity: Own, subscriptionIds: readonly string[]): void {
    this.#seen.set(identity.name, new Set(subscriptionIds.map((id) => id.toLowerCase())))
  }

  /**
   * Returns the identities that poll a subscription: identities that are configured for it, and identities for all
   * subscriptions that can see it or have not listed their subscriptions yet. If no identity matches, all identities
   * are returned.
   */
  of(subscriptionId: string): readonly Own[] {
    if (this.isOne) return this.all
    const id = subscriptionId.toLowerCase()
    const asking = this.all.filter(({ name, subscriptionIds }) =>
      subscriptionIds === '*'
        ? (this.#seen.get(name)?.has(id) ?? true)
        : subscriptionIds.some((own) => own.toLowerCase() === id),
    )
    return asking.length > 0 ? asking : this.all
  }

  /**
   * Returns the identities to try for a query, in order. Identities that have a pause are left out. If all have one,
   * only the identity whose pause ends first is returned.
   */
  inTurn(question: IdentitySelectionQuery): readonly Own[] {
    if (this.isOne) return this.all
    const asking = this.of(question.subscriptionId)
    const [first] = asking
    if (asking.length < 2 || !first) return asking
    const free = asking.filter((identity) => this.#heldUntil(identity, question) === null)
    if (free.length > 0) return this.#rotated(free, question)
    const soonest = asking.reduce(
      (best, identity) => {
        const until = this.#heldUntil(identity, question) ?? 0
        return until < best.until ? { identity, until } : best
      },
      { identity: first, until: this.#heldUntil(first, question) ?? 0 },
    )
    return [soonest.identity]
  }

  #rotated(free: readonly Own[], { subscriptionId, side, spread }: IdentitySelectionQuery): readonly Own[] {
    if (!spread || free.length < 2) return free
    const key = `${subscriptionId} ${side}`
    const turn = (this.#turns.get(key) ?? 0) % free.length
    this.#turns.set(key, turn + 1)
    return [...free.slice(turn), ...free.slice(0, turn)]
  }

  /**
   * Records Azure's response to a query of an identity, and begins or ends a pause.
   * @returns whether Azure refused the identity and not the query itself, so that another identity may succeed
   */
  answered(identity: Own, question: IdentitySelectionQuery, { outcome, error }: Answer): boolean {
    if (this.isOne) return false
    const about = whatIsRefused(identity, question, { outcome, error })
    if (about === null) {
      // a successful response proves that no token and no right is missing
      if (outcome === 'ok') for (const { key } of lacksOf(identity, question)) this.#held.delete(key)
      return false
    }
    const { key, limits } = about
    const inARow = (this.#held.get(key)?.inARow ?? 0) + 1
    const named = error?.retryAfterSeconds == null ? null : error.retryAfterSeconds * 1_000
    const waitMs = named ?? Math.min(limits.mostMs, limits.firstMs * 2 ** (inARow - 1))
    const { code = '', missingAction = null } = error ?? {}
    const refusal = outcome === 'throttled' ? null : { identity: identity.name, outcome, code, missingAction }
    this.#held.set(key, { until: this.#now() + waitMs, inARow, refusal })
    return true
  }

  /**
   * Returns the rights or tokens that the identities for a query lack, according to Azure's last response to each of
   * them.
   */
  refusals(question: IdentitySelectionQuery): IdentityRefusal[] {
    if (this.#held.size === 0) return []
    return this.of(question.subscriptionId).flatMap((identity) => {
      const lacks = lacksOf(identity, question).flatMap(({ key }) => this.#held.get(key)?.refusal ?? [])
      return lacks.slice(0, 1)
    })
  }

  /** Returns the time at which an identity's pause for a query ends; null = no pause applies. */
  #heldUntil(identity: Own, question: IdentitySelectionQuery): number | null {
    const now = this.#now()
    const until = Math.max(0, ...heldBy(identity, question).map(({ key }) => this.#held.get(key)?.until ?? 0))
    return until > now ? until : null
  }
}

interface Held {
  key: string
  limits: { firstMs: number; mostMs: number }
}

const wholly = ({ name }: Asker): Held => ({ key: name, limits: WITHOUT_TOKEN })
const inSubscription = ({ name }: Asker, { subscriptionId }: IdentitySelectionQuery): Held => ({
  key: `${name} ${subscriptionId}`,
  limits: WITHOUT_RIGHT,
})
const forRight = ({ name }: Asker, { subscriptionId, about }: IdentitySelectionQuery): Held => ({
  key: `${name} ${subscriptionId} ${about}`,
  limits: WITHOUT_RIGHT,
})
const onSide = ({ name }: Asker, { subscriptionId }: IdentitySelectionQuery, side: string): Held => ({
  key: `${name} ${subscriptionId} arm.${side}`,
  limits: WITHOUT_BUDGET,
})

const lacksOf = (identity: Asker, question: IdentitySelectionQuery): Held[] => [
  wholly(identity),
  inSubscription(identity, question),
  forRight(identity, question),
]

/**
 * Returns all pauses that can apply to an identity for a query. A query with writes also needs reads, because the
 * operation that a write begins is checked by reads.
 */
function heldBy(identity: Asker, question: IdentitySelectionQuery): Held[] {
  return [
    ...lacksOf(identity, question),
    onSide(identity, question, 'reads'),
    ...(question.side === 'writes' ? [onSide(identity, question, 'writes')] : []),
  ]
}

/**
 * Returns the pause that a response causes; null if the response would be the same for every identity. For example, the
 * budgets of the network provider are shared by all identities.
 */
function whatIsRefused(identity: Asker, question: IdentitySelectionQuery, { outcome, error }: Answer): Held | null {
  const { code = '', budget } = error ?? {}
  if (outcome === 'unauthorized' || NO_TOKEN.has(code)) return wholly(identity)
  if (outcome === 'forbidden') return forRight(identity, question)
  if (outcome === 'not_found' && /^SubscriptionNotFound$/i.test(code)) return inSubscription(identity, question)
  if (outcome !== 'throttled' || !budget?.startsWith('arm.')) return null
  return onSide(identity, question, budget.slice('arm.'.length))
}

/** Outcomes of polls that Azure refused because of the identity, from the least to the most severe. */
const AS_GOOD: readonly PollOutcome[] = ['throttled', 'forbidden', 'not_found', 'unauthorized']

/** Returns the rank of a result among the results of several identities; the best has the lowest rank. */
export const rankPollOutcome = ({ outcome }: { outcome: PollOutcome }): number =>
  outcome === 'ok' ? 0 : AS_GOOD.includes(outcome) ? 2 + AS_GOOD.indexOf(outcome) : 1

/** Returns the properties of a poll that determine which identity may make it. */
export const buildIdentityQuery = (
  resourceId: string,
  about: string,
  side: IdentitySelectionQuery['side'],
  spread: boolean,
): IdentitySelectionQuery => ({
  subscriptionId: getSubscriptionId(resourceId),
  about,
  side,
  spread,
})
