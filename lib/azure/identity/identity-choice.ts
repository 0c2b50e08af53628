import { type IdentityRefusal, type Outcome, type PollError, subscriptionOf } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.ts'

/** The properties of a query that determine which identity sends it. */
export interface Question {
  /** ID of the queried subscription, in lower case */
  subscriptionId: string
  /** subject for which Azure grants a right: a poll kind, or another query such as `bill` */
  about: string
  /** ARM budget from which the query takes first */
  side: 'reads' | 'writes'
  /**
   * true = successive queries take turns among the identities; false = each query tries the identities in the same
   * order
   */
  spread: boolean
}

/** An identity and the subscriptions that it polls. */
interface Asker {
  name: string
  subscriptionIds: readonly string[] | '*'
}

/**
 * Pause of an identity after a refusal. `until` is its end in milliseconds of the monotonic clock, and `inARow` the
 * number of consecutive refusals.
 */
interface HeldBack {
  until: number
  inARow: number
  /** null = only a budget is empty, so that the identity lacks no right */
  refusal: IdentityRefusal | null
}

/**
 * Pause after a missing right, in milliseconds. It is long, because a person must grant the right, and doubles with
 * each refusal in a row.
 */
const WITHOUT_RIGHT = { firstMs: 5 * MINUTE, mostMs: 30 * MINUTE }
/** Pause after a token was refused or could not be fetched, in milliseconds. */
const WITHOUT_TOKEN = { firstMs: MINUTE / 2, mostMs: 10 * MINUTE }
/**
 * Pause in milliseconds after a 429 from ARM without a retry time: half of the time that refills an empty token bucket.
 */
const WITHOUT_BUDGET = { firstMs: 10_000, mostMs: 10_000 }

/** Error codes of tokens that could not be fetched, for any reason. */
const NO_TOKEN = new Set(['NO_TOKEN', 'TOKEN_TIMEOUT', 'TOKEN_SERVICE_UNAVAILABLE'])

interface Answer {
  outcome: Outcome
  error: PollError | null
}

/**
 * Decides which identity sends a query. Identities take turns, so that all use their own ARM token buckets equally. An
 * identity that Azure refuses is skipped for a while: for all queries if its token is refused, for a subscription that
 * it cannot see, for a poll kind for which it lacks the right, or for reads or writes of a subscription whose bucket is
 * empty. With a single identity no pause is recorded (ADR 0124).
 */
export class IdentityChoice<Own extends Asker> {
  readonly all: readonly Own[]
  readonly #now: () => number
  /** subscriptions that each identity can see, lower case; absent = not queried yet */
  readonly #seen = new Map<string, ReadonlySet<string>>()
  readonly #turns = new Map<string, number>()
  readonly #held = new Map<string, HeldBack>()

  /**
   * @param all at least one identity
   * @param now monotonic clock in milliseconds
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
   * Reports whether the environment's default identity sends all queries, so that results need not name an identity.
   */
  get isPlain(): boolean {
    return this.isOne && this.all[0]?.name === DEFAULT_IDENTITY
  }

  named(name: string): Own | undefined {
    return this.all.find((identity) => identity.name === name)
  }

  /** Records which subscriptions an identity can see, from a complete list. */
  sees(identity: Own, subscriptionIds: readonly string[]): void {
    this.#seen.set(identity.name, new Set(subscriptionIds.map((id) => id.toLowerCase())))
  }

  /**
   * Returns the identities that poll a subscription: identities that are configured for it, and identities for all
   * subscriptions that can see it. Never empty.
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
   * Returns the identities to try, in this order, until Azure does not refuse one. Identities with a pause are left
   * out; if all have a pause, only the identity whose pause ends first is returned.
   */
  inTurn(question: Question): readonly Own[] {
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

  #rotated(free: readonly Own[], { subscriptionId, side, spread }: Question): readonly Own[] {
    if (!spread || free.length < 2) return free
    const key = `${subscriptionId} ${side}`
    const turn = (this.#turns.get(key) ?? 0) % free.length
    this.#turns.set(key, turn + 1)
    return [...free.slice(turn), ...free.slice(0, turn)]
  }

  /**
   * Records Azure's response to an identity.
   * @returns whether Azure refused the identity and not the query, so that another identity may succeed
   */
  answered(identity: Own, question: Question, { outcome, error }: Answer): boolean {
    if (this.isOne) return false
    const about = whatIsRefused(identity, question, { outcome, error })
    if (about === null) {
      // a complete response proves that neither a token nor a right is missing
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
   * Returns the rights or tokens that the possible identities for a query lack, according to Azure's last response to
   * each.
   */
  refusals(question: Question): IdentityRefusal[] {
    if (this.#held.size === 0) return []
    return this.of(question.subscriptionId).flatMap((identity) => {
      const lacks = lacksOf(identity, question).flatMap(({ key }) => this.#held.get(key)?.refusal ?? [])
      return lacks.slice(0, 1)
    })
  }

  /** Returns the end of an identity's pause for a query; null if there is no pause. */
  #heldUntil(identity: Own, question: Question): number | null {
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
const inSubscription = ({ name }: Asker, { subscriptionId }: Question): Held => ({
  key: `${name} ${subscriptionId}`,
  limits: WITHOUT_RIGHT,
})
const forRight = ({ name }: Asker, { subscriptionId, about }: Question): Held => ({
  key: `${name} ${subscriptionId} ${about}`,
  limits: WITHOUT_RIGHT,
})
const onSide = ({ name }: Asker, { subscriptionId }: Question, side: string): Held => ({
  key: `${name} ${subscriptionId} arm.${side}`,
  limits: WITHOUT_BUDGET,
})

const lacksOf = (identity: Asker, question: Question): Held[] => [
  wholly(identity),
  inSubscription(identity, question),
  forRight(identity, question),
]

/**
 * Returns all pauses that can apply to an identity for a query. The pause for reads applies to writes too, because an
 * operation begins with a write and is followed by reads.
 */
function heldBy(identity: Asker, question: Question): Held[] {
  return [
    ...lacksOf(identity, question),
    onSide(identity, question, 'reads'),
    ...(question.side === 'writes' ? [onSide(identity, question, 'writes')] : []),
  ]
}

/**
 * Returns the pause that a response causes; null if the response does not depend on the identity. A budget of the
 * network provider is shared by all identities.
 */
function whatIsRefused(identity: Asker, question: Question, { outcome, error }: Answer): Held | null {
  const { code = '', budget } = error ?? {}
  if (outcome === 'unauthorized' || NO_TOKEN.has(code)) return wholly(identity)
  if (outcome === 'forbidden') return forRight(identity, question)
  if (outcome === 'not_found' && /^SubscriptionNotFound$/i.test(code)) return inSubscription(identity, question)
  if (outcome !== 'throttled' || !budget?.startsWith('arm.')) return null
  return onSide(identity, question, budget.slice('arm.'.length))
}

/** Outcomes of refused requests, best first. */
const AS_GOOD: readonly Outcome[] = ['throttled', 'forbidden', 'not_found', 'unauthorized']

/** Returns the rank of a response among the responses of several identities; a lower rank is better. */
export const rankOfAnswer = ({ outcome }: { outcome: Outcome }): number =>
  outcome === 'ok' ? 0 : AS_GOOD.includes(outcome) ? 2 + AS_GOOD.indexOf(outcome) : 1

/** Returns the query properties for the poll of a resource. */
export const questionOf = (resourceId: string, about: string, side: Question['side'], spread: boolean): Question => ({
  subscriptionId: subscriptionOf(resourceId),
  about,
  side,
  spread,
})
