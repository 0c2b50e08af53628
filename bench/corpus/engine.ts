/** Detection as a run feeds it: the one place to tell the corpus of a further fold. */
import type { ByFamily } from '#lib/bgp/index.ts'
import type { DetectedEvent, Observation } from '#lib/contract/index.ts'
import { type DetectionState, foldPoll, readState } from '#lib/detection/fold/index.ts'
import type { Noted } from './recorder/recorder.ts'

export interface Fed extends Noted {
  observation: Observation
  localAddresses: ByFamily | null
}

export class Engine {
  /** by key; a later version replaces the earlier one, as in the event store */
  readonly events = new Map<string, DetectedEvent>()
  private states = new Map<number, DetectionState>()

  feed({ status, mark, changes }: Fed): void {
    if (status !== 'recorded') return
    const { state, events } = foldPoll(this.states.get(mark.sourceId) ?? null, mark, changes)
    this.states.set(mark.sourceId, state)
    for (const event of events) this.events.set(event.key, event)
  }

  /** What is left after a restart is what was stored. */
  restart(): void {
    const stored = JSON.stringify([...this.states])
    this.states = new Map((JSON.parse(stored) as [number, unknown][]).map(([id, state]) => [id, readState(state)]))
  }
}
