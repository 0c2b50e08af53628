/** A state of a generated estate that questions are asked about, and the forms of what is concluded. */
import type { EpochMs } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import type { World } from '../../simulator/index.ts'
import type { Estate } from '../estate.ts'
import type { Fault } from '../faults.ts'
import type { Judgement } from '../judge.ts'

/** The state of an estate at a moment at which nothing changed for a while, and nothing changes for a while. */
export interface JudgeQuery {
  readonly db: Database['pool']
  readonly at: EpochMs
  readonly estate: Estate
  readonly world: World
  readonly faults: readonly Fault[]
  /** what happens to the estate */
  readonly happenings: readonly Fault['happenings'][number][]
  /** resources by name, and the names by short id */
  readonly idOf: (name: string) => string
  readonly nameOf: (id: string | null) => string | null
}

/** So long does a loss take until its last effect on routes. */
export const LOSS_SETTLES_MS = 5 * MINUTE

export const judgement = (of: string, isRight: boolean, detail: string): Judgement => ({
  of,
  is: isRight ? 'right' : 'wrong',
  detail: isRight ? '' : detail,
})
export const unknown = (of: string, detail: string): Judgement => ({ of, is: 'unknown', detail })

export const clock = (at: EpochMs) => new Date(at).toISOString().slice(11, 19)
