/** What diagnostic POSTs leave in the Activity Log: one to three entries each, by the identity that polls. */
import { hash32, unit } from '../hash.ts'
import type { Profile } from '../profile/profile.ts'

export interface Action {
  readonly at: number
  /** When the operation ends; at once if it was refused. */
  readonly ends: number
  readonly refused: boolean
  /** As the log spells it: `microsoft.network/virtualnetworkgateways/getbgppeerstatus/action`. */
  readonly operation: string
  readonly resource: string
  readonly group: string
  readonly caller: string
}

export interface ActionEntry {
  readonly action: Action
  readonly at: number
  /** When the log shows it. */
  readonly seen: number
  readonly status: 'Started' | 'Accepted' | 'Succeeded' | 'Failed'
}

/** About four hours of 300 circuits; older ones are forgotten. */
const KEPT = 500_000
const ACCEPTED_MS = 900

export class ActionLog {
  private readonly figures: NonNullable<Profile['activity']>
  /** By subscription, in the order of their times. */
  private readonly actions = new Map<string, Action[]>()

  constructor(figures: NonNullable<Profile['activity']>) {
    this.figures = figures
  }

  write(subscription: string, action: Action): void {
    const key = subscription.toLowerCase()
    const list = this.actions.get(key)
    if (!list) this.actions.set(key, [action])
    else if (list.push(action) > KEPT) list.splice(0, KEPT / 10)
  }

  /** Entries of [from, to] that can be read at a moment, in no order. */
  entries(subscription: string, from: number, to: number, at: number): ActionEntry[] {
    const list = this.actions.get(subscription.toLowerCase()) ?? []
    return list
      .filter((a) => a.ends >= from && a.at <= to)
      .flatMap((a) => this.entriesOf(a))
      .filter((e) => e.at >= from && e.at <= to && e.seen <= at)
  }

  private entriesOf(action: Action): ActionEntry[] {
    const { least, most, late } = this.figures
    const name = `${action.resource}/${action.operation}/${action.at}`
    const count = least + (hash32(`entries/${name}`) % (most - least + 1))
    const entry = (status: ActionEntry['status'], at: number): ActionEntry => ({
      action,
      at,
      seen: at + late.least + (late.most - late.least) * unit(`late/${name}/${status}`) ** late.tail,
      status,
    })
    if (action.refused) return [entry('Failed', action.at)]
    const last = entry('Succeeded', action.ends)
    if (count === 1) return [last]
    const started = entry('Started', action.at)
    return count === 2 ? [started, last] : [started, entry('Accepted', action.at + ACCEPTED_MS), last]
  }
}
