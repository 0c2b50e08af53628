/** A request on its way through the simulator, with all inputs of its answer. */
import type { LroStyle } from './lro.ts'
import type { Memory } from './memory.ts'
import type { SimRequest } from './wire/message.ts'
import type { World } from './world.ts'

export interface AnswerOptions {
  /**
   * Overrides the scenario's styles of long-running operations. `inline` answers every call in one request, for runs at
   * virtual time.
   */
  readonly lro?: LroStyle
  /**
   * Azure's memory of earlier requests, with the profile. By default there is no memory, and the profile is `quick`.
   */
  readonly memory?: Memory
  /** Virtual seconds per second of the client, which waits for Retry-After. */
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
