/**
 * Times at which an incident needs a person, most urgent first: `now` = immediately, at any hour; `today` = in the next
 * working hours; `nobody` = the incident does not need a person.
 */
export const neededTimes = ['now', 'today', 'nobody'] as const
export type NeededTime = (typeof neededTimes)[number]

/** Verdict whether an incident needs a person, with the reason as a clause without a period. */
export interface NeedsYou {
  when: NeededTime
  reason: string
}

/** Verdict while no poll shows the state of the network. */
export const UNSEEN_NETWORK_NEED: NeedsYou = {
  when: 'now',
  reason: 'no poll shows the network, so that an outage would not be noticed',
}

/** Returns the time at which an incident needs a person. Without a verdict, it counts as `now`. */
export const getNeededTime = (needsYou: NeedsYou | undefined): NeededTime => needsYou?.when ?? 'now'

/** Display texts of the times. */
export const neededTimeLabels: Readonly<Record<NeededTime, string>> = {
  now: 'Needs you now',
  today: 'Needs you today',
  nobody: 'Needs nobody',
}

/** Formats the verdict as a sentence, for example `Needs you now: 8 prefixes are cut off.` */
export const formatNeedsYou = ({ when, reason }: NeedsYou): string => `${neededTimeLabels[when]}: ${reason}.`

/** Reports whether a time is at least as urgent as another time. */
export const isNeededBy = (when: NeededTime, limit: NeededTime): boolean =>
  neededTimes.indexOf(when) <= neededTimes.indexOf(limit)
