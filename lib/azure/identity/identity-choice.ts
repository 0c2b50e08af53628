import { type IdentityRefusal, type Outcome, type PollError, subscriptionOf } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.ts'

/** What is to be asked, as far as it decides who asks. */
export interface Question {
  /** lower case */
  subscriptionId: string
  /** what one right is needed for: a kind of poll, or another question */
  about: string
  /** which of ARM's buckets it draws from first */
  side: 'reads' | 'writes'
  /** false = it is best asked by the same identity each time */
  spread: boolean
}

/** Who may ask. */
interface Asker {
  name: string
  subscriptionIds: readonly string[] | '*'
}

/** What a refusal holds back of an identity, for how long, milliseconds. */
interface HeldBack {
  until: number
  inARow: number
  /** null = its budget is empty, which is no lack */
  refusal: IdentityRefusal | null
}

/** A right is granted by a person. Doubles with each refusal in a row. */
const WITHOUT_RIGHT = { firstMs: 5 * MINUTE, mostMs: 30 * MINUTE }
/** A token is refused, or not to be had. */
const WITHOUT_TOKEN = { firstMs: MINUTE / 2, mostMs: 10 * MINUTE }
/** After a 429 of ARM's that does not say how long: half of what fills an empty bucket. */
const WITHOUT_BUDGET = { firstMs: 10_000, mostMs: 10_000 }

/** Codes of tokens that were not to be had, for whatever reason. */
const NO_TOKEN = new Set(['NO_TOKEN', 'TOKEN_TIMEOUT', 'TOKEN_SERVICE_UNAVAILABLE'])

interface Answer {
  outcome: Outcome
  error: PollError | null
}

/**
 * Which identity asks which question. They take turns, so that each draws alike from its own token buckets of ARM; one that Azure
 * refuses is passed over for a while: for everything where its token is refused, for one subscription that it does not see, for one
 * kind of poll that it lacks the right for, or for reads or writes of a subscription whose bucket is empty. With one identity nothing
 * is held back, and nothing is remembered (ADR 0124).
 */
export class IdentityChoice<Own extends Asker> {
  readonly all: readonly Own[]
  readonly #now: () => number
  /** subscriptions that each identity saw, lower case; absent = it was not asked yet */
  readonly #seen = new Map<string, ReadonlySet<string>>()
  readonly #turns = new Map<string, number>()
  readonly #held = new Map<string, HeldBack>()

  /**
   * @param all one or more
   * @param now monotonic, milliseconds
   */
  constructor(all: readonly Own[], now: () => number) {
    this.all = all
    this.#now = now
  }

  /** Whether there is no choice. */
  get isOne(): boolean {
    return this.all.length === 1
  }

  /** Whether the environment's own asks for everything, so that nobody need be named. */
  get isPlain(): boolean {
    return this.isOne && this.all[0]?.name === DEFAULT_IDENTITY
  }

  named(name: string): Own | undefined {
    return this.all.find((identity) => identity.name === name)
  }

  /** Notes what an identity sees, from a list that was read to its end. */
  sees(identity: Own, subscriptionIds: readonly string[]): void {
    this.#seen.set(identity.name, new Set(subscriptionIds.map((id) => id.toLowerCase())))
  }

  /** The identities that ask for a subscription: those that name it, and those that ask for all and saw it. Never empty. */
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

  /** Who asks, in this order, as long as Azure refuses: at least one, and beyond it only identities that nothing is known against. */
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
   * Notes how Azure answered an identity.
   * @returns whether it refused the identity and not the question, so that another one may be answered
   */
  answered(identity: Own, question: Question, { outcome, error }: Answer): boolean {
    if (this.isOne) return false
    const about = whatIsRefused(identity, question, { outcome, error })
    if (about === null) {
      // what was answered in full was neither without a token nor without a right
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

  /** What identities lack that could ask a question too, by what Azure last answered them. */
  refusals(question: Question): IdentityRefusal[] {
    if (this.#held.size === 0) return []
    return this.of(question.subscriptionId).flatMap((identity) => {
      const lacks = lacksOf(identity, question).flatMap(({ key }) => this.#held.get(key)?.refusal ?? [])
      return lacks.slice(0, 1)
    })
  }

  /** Until when an identity is passed over for a question; null = it is not. */
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

/** Everything that may hold an identity back from a question: an operation is begun by a write and followed by reads. */
function heldBy(identity: Asker, question: Question): Held[] {
  return [
    ...lacksOf(identity, question),
    onSide(identity, question, 'reads'),
    ...(question.side === 'writes' ? [onSide(identity, question, 'writes')] : []),
  ]
}

/** Null = the answer does not depend on who asked. A budget of the network provider is the same for all. */
function whatIsRefused(identity: Asker, question: Question, { outcome, error }: Answer): Held | null {
  const { code = '', budget } = error ?? {}
  if (outcome === 'unauthorized' || NO_TOKEN.has(code)) return wholly(identity)
  if (outcome === 'forbidden') return forRight(identity, question)
  if (outcome === 'not_found' && /^SubscriptionNotFound$/i.test(code)) return inSubscription(identity, question)
  if (outcome !== 'throttled' || !budget?.startsWith('arm.')) return null
  return onSide(identity, question, budget.slice('arm.'.length))
}

/** The better an answer the earlier: the first of those that an identity was refused with. */
const AS_GOOD: readonly Outcome[] = ['throttled', 'forbidden', 'not_found', 'unauthorized']

/** How good an answer is among those of several identities; less is better. */
export const rankOfAnswer = ({ outcome }: { outcome: Outcome }): number =>
  outcome === 'ok' ? 0 : AS_GOOD.includes(outcome) ? 2 + AS_GOOD.indexOf(outcome) : 1

/** The question that a poll of a resource is. */
export const questionOf = (resourceId: string, about: string, side: Question['side'], spread: boolean): Question => ({
  subscriptionId: subscriptionOf(resourceId),
  about,
  side,
  spread,
})
