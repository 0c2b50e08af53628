/**
 * Entries of the Activity log that diagnostic POSTs cause: one to three for each, with the polling identity as caller.
 */
import { hash32, hashTextToUnitFraction } from '../hash.ts'
import type { SimulatorProfile } from '../profile/profile.ts'

export interface ResourceAction {
  readonly at: number
  /** End of the operation; equal to `at` if it was refused. */
  readonly ends: number
  readonly refused: boolean
  /** Operation as the log prints it: `microsoft.network/virtualnetworkgateways/getbgppeerstatus/action`. */
  readonly operation: string
  readonly resource: string
  readonly group: string
  readonly caller: string
}

export interface ResourceActionLogEntry {
  readonly action: ResourceAction
  readonly at: number
  /** Time from which the log shows it. */
  readonly seen: number
  readonly status: 'Started' | 'Accepted' | 'Succeeded' | 'Failed'
}

/** Maximum number of actions for each subscription, about four hours with 300 circuits. Older actions are removed. */
const KEPT = 500_000
const ACCEPTED_MS = 900

export class ActionLog {
  private readonly figures: NonNullable<SimulatorProfile['activity']>
  /** Actions by subscription, in the order of their times. */
  private readonly actions = new Map<string, ResourceAction[]>()

  constructor(figures: NonNullable<SimulatorProfile['activity']>) {
    this.figures = figures
  }

  write(subscription: string, action: ResourceAction): void {
    const key = subscription.toLowerCase()
    const list = this.actions.get(key)
    if (!list) this.actions.set(key, [action])
    else if (list.push(action) > KEPT) list.splice(0, KEPT / 10)
  }

  /**
   * Returns the entries with times from `from` to `to` that are visible in the log at a moment. They are not sorted.
   */
  entries(subscription: string, from: number, to: number, at: number): ResourceActionLogEntry[] {
    const list = this.actions.get(subscription.toLowerCase()) ?? []
    return list
      .filter((a) => a.ends >= from && a.at <= to)
      .flatMap((a) => this.entriesOf(a))
      .filter((e) => e.at >= from && e.at <= to && e.seen <= at)
  }

  private entriesOf(action: ResourceAction): ResourceActionLogEntry[] {
    const { least, most, late } = this.figures
    const name = `${action.resource}/${action.operation}/${action.at}`
    const count = least + (hash32(`entries/${name}`) % (most - least + 1))
    const entry = (status: ResourceActionLogEntry['status'], at: number): ResourceActionLogEntry => ({
      action,
      at,
      seen: at + late.least + (late.most - late.least) * hashTextToUnitFraction(`late/${name}/${status}`) ** late.tail,
      status,
    })
    if (action.refused) return [entry('Failed', action.at)]
    const last = entry('Succeeded', action.ends)
    if (count === 1) return [last]
    const started = entry('Started', action.at)
    return count === 2 ? [started, last] : [started, entry('Accepted', action.at + ACCEPTED_MS), last]
  }
}
