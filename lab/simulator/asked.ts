/** A request on its way through the simulator, with all inputs of its answer. */
import type { LroStyle } from './lro.ts'
import type { Memory } from './memory.ts'
import type { SimRequest } from './wire/message.ts'
import type { World } from './world.ts'

export interface AnswerOptions {
  /**
   * Style of long-running operations, in place of the scenario's styles. With `inline`, the first request already
   * returns the result, as runs at virtual time need it.
   */
  readonly lro?: LroStyle
  /**
   * Azure's memory of earlier requests, with the profile. By default there is no memory, and the profile is `quick`.
   */
  readonly memory?: Memory
  /**
   * Number of virtual seconds per real second. It is used to compute Retry-After, for which the client waits in real
   * time.
   */
  readonly speed?: number
}

export interface SimulatorRequest {
  readonly world: World
  readonly at: number
  readonly request: SimRequest
  readonly url: URL
  readonly base: string
  readonly wall: number
  readonly options: AnswerOptions
  readonly memory: Memory
  /** Headers with the remaining budgets. */
  readonly remaining: Record<string, string>
  readonly principal: string
}
