/** Compares the notifications of each system with the true faults. Pure functions. */
import { computeSampleQuantile } from '../screens/figures.ts'
import { type NocFault, nocFaults, type InjectedNocFault } from './faults.ts'
import type { ReceivedAlarmWebhook } from './hooks.ts'

/**
 * Maximum time in milliseconds from the end of a fault to a begin that a notification about the fault reports. It is
 * the interval of one slow check.
 */
const LATE_MS = 150_000
/**
 * Tolerance in milliseconds for times before the fault. All systems use one clock, but write at slightly different
 * moments.
 */
const EARLY_MS = 2_000

export interface AlarmScore {
  found: number
  of: number
  /** number of alarms about a site that had no fault; an alarm with several webhooks counts once */
  falseAlerts: number
  /** difference between the reported begin and the time of the action, in seconds; null = not reported */
  begin: (number | null)[]
  /** difference between the reported and the true duration, in seconds; null = not reported */
  length: (number | null)[]
  /** number of detected faults with a known owner for which the system named this owner */
  named: number
  nameable: number
  /** time from the first effect on a session to the first notification, in seconds */
  delays: number[]
  /**
   * number of faults and false alerts for which the system would wake somebody, if each happened in a separate night
   */
  woken: number
  /** number of those cases in which every prefix still had a path, so that nobody was needed */
  needless: number
  /** number of faults during which a prefix had no path, although the system did not wake anybody */
  overslept: number
  missed: InjectedNocFault[]
  falseOnes: ReceivedAlarmWebhook[]
}

const middle = ([earliest, latest]: readonly [number, number]) => (earliest + latest) / 2

/**
 * Returns the fault that a notification is about: the last fault of its site that had begun by the reported time and
 * ended recently.
 */
function faultOf(hook: ReceivedAlarmWebhook, happened: readonly InjectedNocFault[]): InjectedNocFault | undefined {
  const [earliest, latest] = hook.began ?? [hook.at, hook.at]
  return happened.findLast(
    ({ site, act, until }) => site === hook.site && latest >= act - EARLY_MS && earliest <= until + LATE_MS,
  )
}

/**
 * Scores one system.
 * @param happened faults in the order of time
 * @param hooks webhooks of one system in the order of arrival
 */
export function scoreAlarmsOfSystem(
  happened: readonly InjectedNocFault[],
  hooks: readonly ReceivedAlarmWebhook[],
): AlarmScore {
  const byFault = new Map<InjectedNocFault, ReceivedAlarmWebhook[]>()
  const falseOnes = new Map<string, ReceivedAlarmWebhook>()
  for (const hook of hooks) {
    const fault = faultOf(hook, happened)
    if (fault) byFault.set(fault, [...(byFault.get(fault) ?? []), hook])
    // if the alarm has already been counted as a false alert, its end does not count again
    else if (!hook.isOver || hook.began) falseOnes.set(`${hook.alarm} ${hook.began ?? hook.at}`, hook)
  }
  const score: AlarmScore = {
    found: 0,
    of: happened.length,
    falseAlerts: falseOnes.size,
    begin: [],
    length: [],
    named: 0,
    nameable: 0,
    delays: [],
    ...countWakes(happened, byFault, [...falseOnes.values()]),
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
    // the last report is the most precise one
    const began = about.findLast((hook) => hook.alarm === first.alarm && hook.began)?.began
    const lasted = about.findLast((hook) => hook.alarm === first.alarm && hook.lasted)?.lasted
    score.begin.push(began ? Math.abs(middle(began) - one.act) / 1_000 : null)
    score.length.push(lasted ? Math.abs(middle(lasted) - (one.until - one.act)) / 1_000 : null)
    const { owner }: NocFault = nocFaults[one.name]
    if (owner === null) continue
    score.nameable++
    if (about.some(({ owners }) => owners.includes(owner))) score.named++
  }
  return score
}

/** Counts the cases in which notifications would wake somebody, if each fault happened in a separate night. */
function countWakes(
  happened: readonly InjectedNocFault[],
  byFault: ReadonlyMap<InjectedNocFault, readonly ReceivedAlarmWebhook[]>,
  falseOnes: readonly ReceivedAlarmWebhook[],
): Pick<AlarmScore, 'woken' | 'needless' | 'overslept'> {
  const isWoken = (one: InjectedNocFault) => (byFault.get(one) ?? []).some(({ wakes }) => wakes)
  const isNeeded = ({ name }: InjectedNocFault) => (nocFaults[name] as NocFault).cutsOff ?? false
  const woken = happened.filter(isWoken)
  const falseWakes = falseOnes.filter(({ wakes }) => wakes).length
  return {
    woken: woken.length + falseWakes,
    needless: woken.filter((one) => !isNeeded(one)).length + falseWakes,
    overslept: happened.filter((one) => isNeeded(one) && !isWoken(one)).length,
  }
}

/** Formats a quantile of values. A missing value counts as worse than all others. */
export function formatQuantile(figures: readonly (number | null)[], share: number): string {
  const found = computeSampleQuantile(
    figures.map((one) => one ?? Number.POSITIVE_INFINITY),
    share,
  )
  return found === null ? '-' : Number.isFinite(found) ? found.toFixed(1) : 'not said'
}
