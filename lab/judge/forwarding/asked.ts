/** The state of a generated estate that is queried, and the forms of judgements. */
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SimulatedWorld } from '../../simulator/index.ts'
import type { JudgedEstate } from '../estate.ts'
import type { GeneratedFault } from '../faults.ts'
import type { CorrectnessJudgement } from '../judge.ts'

/**
 * Moment at which the API is queried about an estate. The estate does not change for a while before and after this
 * moment.
 */
export interface ForwardingJudgeContext {
  readonly db: Database['pool']
  readonly at: EpochMs
  readonly estate: JudgedEstate
  readonly world: SimulatedWorld
  readonly faults: readonly GeneratedFault[]
  /** the happenings of the estate */
  readonly happenings: readonly GeneratedFault['happenings'][number][]
  /** short IDs of resources by name, and names by short ID */
  readonly idOf: (name: string) => string
  readonly nameOf: (id: string | null) => string | null
}

/** Time that a loss takes until its last effect on routes, in milliseconds. */
export const LOSS_SETTLES_MS = 5 * MS_PER_MINUTE

export const createCorrectnessJudgement = (of: string, isRight: boolean, detail: string): CorrectnessJudgement => ({
  of,
  is: isRight ? 'right' : 'wrong',
  detail: isRight ? '' : detail,
})
export const createUnknownJudgement = (of: string, detail: string): CorrectnessJudgement => ({
  of,
  is: 'unknown',
  detail,
})

export const formatClockTime = (at: EpochMs) => new Date(at).toISOString().slice(11, 19)
