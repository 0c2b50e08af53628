/** A request on its way through the simulator, with all inputs of its answer. */
import type { LroStyle } from './lro.ts'
import type { SimulatorServerState } from './memory.ts'
import type { SimulatedHttpRequest } from './wire/message.ts'
import type { SimulatedWorld } from './world.ts'

export interface SimulatorResponseOptions {
  /**
   * Style of long-running operations, in place of the scenario's styles. With `inline`, the first request already
   * returns the result, as runs at virtual time need it.
   */
  readonly lro?: LroStyle
  /**
   * Azure's memory of earlier requests, with the profile. By default there is no memory, and the profile is `quick`.
   */
  readonly memory?: SimulatorServerState
  /**
   * Number of virtual seconds per real second. It is used to compute Retry-After, for which the client waits in real
   * time.
   */
  readonly speed?: number
}

export interface SimulatorRequestContext {
  readonly world: SimulatedWorld
  readonly at: number
  readonly request: SimulatedHttpRequest
  readonly url: URL
  readonly base: string
  readonly wall: number
  readonly options: SimulatorResponseOptions
  readonly memory: SimulatorServerState
  /** Headers with the remaining budgets. */
  readonly remaining: Record<string, string>
  readonly principal: string
}
