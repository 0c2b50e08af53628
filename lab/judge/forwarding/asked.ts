/** The state of a generated estate that is queried, and the forms of judgements. */
import type { EpochMs } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import type { World } from '../../simulator/index.ts'
import type { Estate } from '../estate.ts'
import type { Fault } from '../faults.ts'
import type { Judgement } from '../judge.ts'

/**
 * Moment at which the API is queried about an estate. The estate does not change for a while before and after this
 * moment.
 */
export interface JudgeQuery {
  readonly db: Database['pool']
  readonly at: EpochMs
  readonly estate: Estate
  readonly world: World
  readonly faults: readonly Fault[]
  /** the happenings of the estate */
  readonly happenings: readonly Fault['happenings'][number][]
  /** short IDs of resources by name, and names by short ID */
  readonly idOf: (name: string) => string
  readonly nameOf: (id: string | null) => string | null
}

/** Time that a loss takes until its last effect on routes, in milliseconds. */
export const LOSS_SETTLES_MS = 5 * MINUTE

export const judgement = (of: string, isRight: boolean, detail: string): Judgement => ({
  of,
  is: isRight ? 'right' : 'wrong',
  detail: isRight ? '' : detail,
})
export const unknown = (of: string, detail: string): Judgement => ({ of, is: 'unknown', detail })

export const clock = (at: EpochMs) => new Date(at).toISOString().slice(11, 19)
