/** What each system found of what happened. Pure. */
import { quantile } from '../screens/figures.ts'
import { type Fault, faults, type Happened } from './faults.ts'
import type { Hook } from './hooks.ts'

/** A notification may say that it began as late as one slow check after all was well. */
const LATE_MS = 150_000
/** Clocks are one; what is written a moment earlier or later is the same moment. */
const EARLY_MS = 2_000

export interface Score {
  found: number
  of: number
  /** alarms of a site at which nothing was wrong, once each */
  falseAlerts: number
  /** how far its begin is from the act, seconds */
  begin: (number | null)[]
  /** how far its length is from the outage's, seconds */
  length: (number | null)[]
  /** whose cause it named, of those found whose owner is known */
  named: number
  nameable: number
  /** from the wire to the first notification, seconds */
  delays: number[]
  missed: Happened[]
  falseOnes: Hook[]
}

const middle = ([earliest, latest]: readonly [number, number]) => (earliest + latest) / 2

/** The fault that a notification is about: the last of its site that had begun by what it says, and was not long over. */
function faultOf(hook: Hook, happened: readonly Happened[]): Happened | undefined {
  const [earliest, latest] = hook.began ?? [hook.at, hook.at]
  return happened.findLast(
    ({ site, act, until }) => site === hook.site && latest >= act - EARLY_MS && earliest <= until + LATE_MS,
  )
}

/** @param happened in the order of time @param hooks of one system, in the order of arrival */
export function scoreOf(happened: readonly Happened[], hooks: readonly Hook[]): Score {
  const byFault = new Map<Happened, Hook[]>()
  const falseOnes = new Map<string, Hook>()
  for (const hook of hooks) {
    const fault = faultOf(hook, happened)
    if (fault) byFault.set(fault, [...(byFault.get(fault) ?? []), hook])
    // the end of what was one's own is none of its own
    else if (!hook.isOver || hook.began) falseOnes.set(`${hook.alarm} ${hook.began ?? hook.at}`, hook)
  }
  const score: Score = {
    found: 0,
    of: happened.length,
    falseAlerts: falseOnes.size,
    begin: [],
    length: [],
    named: 0,
    nameable: 0,
    delays: [],
    missed: [],
    falseOnes: [...falseOnes.values()],
  }
  for (const one of happened) {
    const about = byFault.get(one) ?? []
    const [first] = about
    if (!first) {
      score.missed.push(one)
      continue
    }
    score.found++
    score.delays.push(Math.max(0, first.at - one.wire) / 1_000)
    // what it says last is what it knows best
    const began = about.findLast((hook) => hook.alarm === first.alarm && hook.began)?.began
    const lasted = about.findLast((hook) => hook.alarm === first.alarm && hook.lasted)?.lasted
    score.begin.push(began ? Math.abs(middle(began) - one.act) / 1_000 : null)
    score.length.push(lasted ? Math.abs(middle(lasted) - (one.until - one.act)) / 1_000 : null)
    const { owner }: Fault = faults[one.name]
    if (owner === null) continue
    score.nameable++
    if (about.some(({ owners }) => owners.includes(owner))) score.named++
  }
  return score
}

/** A quantile of figures; what is not said counts as worse than any. */
export function shareOf(figures: readonly (number | null)[], share: number): string {
  const found = quantile(
    figures.map((one) => one ?? Number.POSITIVE_INFINITY),
    share,
  )
  return found === null ? '-' : Number.isFinite(found) ? found.toFixed(1) : 'not said'
}
