/**
 * Times at which an incident needs a person, most urgent first: `now` = immediately, at any hour; `today` = in the next
 * working hours; `nobody` = the incident does not need a person.
 */
export const userActionTimes = ['now', 'today', 'nobody'] as const
export type UserActionTime = (typeof userActionTimes)[number]

/** Verdict whether an incident needs a person, with the reason as a clause without a period. */
export interface UserActionNeed {
  when: UserActionTime
  reason: string
}

/** Verdict while no poll shows the state of the network. */
export const UNSEEN_NETWORK_NEED: UserActionNeed = {
  when: 'now',
  reason: 'no poll shows the network, so that an outage would not be noticed',
}

/** Returns the time at which an incident needs a person. Without a verdict, it counts as `now`. */
export const getNeededTime = (needsYou: UserActionNeed | undefined): UserActionTime => needsYou?.when ?? 'now'

/** Display texts of the times. */
export const userActionTimeLabels: Readonly<Record<UserActionTime, string>> = {
  now: 'Needs you now',
  today: 'Needs you today',
  nobody: 'Needs nobody',
}

/** Formats the verdict as a sentence, for example `Needs you now: 8 prefixes are cut off.` */
export const formatUserActionNeed = ({ when, reason }: UserActionNeed): string =>
  `${userActionTimeLabels[when]}: ${reason}.`

/** Reports whether a time is at least as urgent as another time. */
export const isUserActionNeededBy = (when: UserActionTime, limit: UserActionTime): boolean =>
  userActionTimes.indexOf(when) <= userActionTimes.indexOf(limit)
