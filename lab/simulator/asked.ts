/** A request on its path through the simulator, with all that its answer may depend on. */
import type { LroStyle } from './lro.ts'
import type { Memory } from './memory.ts'
import type { SimRequest } from './wire/message.ts'
import type { World } from './world.ts'

export interface AnswerOptions {
  /** Overrides the scenario's styles; `inline` makes every call one request, for runs at virtual time. */
  readonly lro?: LroStyle
  /** What Azure remembers of earlier requests, with the profile; nothing, and the profile `quick`, unless given. */
  readonly memory?: Memory
  /** Virtual seconds in a second of the client's, who counts Retry-After. */
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
  /** Headers of what remains of the budgets. */
  readonly remaining: Record<string, string>
  readonly principal: string
}
