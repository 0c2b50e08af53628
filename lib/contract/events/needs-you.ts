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

/** Subject of a nothing_polled event about all subscriptions. An event about one subscription has another subject. */
export const ALL_SUBSCRIPTIONS_SUBJECT = 'everything'

/**
 * Returns the verdict about polls that fail or are missing. Incidents and the dead-man's switch use this function, so
 * that both give one verdict.
 * @param silent subscriptions without a successful poll; `none` = polls of some resources fail
 * @param isBlind true = no poll of any subscription shows a session
 */
export function judgeUnpolledNeed(silent: 'all' | 'one' | 'none', isBlind: boolean): UserActionNeed {
  if (isBlind || silent === 'all')
    return { when: 'now', reason: 'no poll shows the network, so that an outage would not be noticed' }
  const impaired = silent === 'one' ? 'one subscription is not monitored' : 'monitoring is impaired'
  return { when: 'today', reason: `${impaired}; no fault of the network is known` }
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
export const isUserActionAtLeastAsUrgent = (when: UserActionTime, limit: UserActionTime): boolean =>
  userActionTimes.indexOf(when) <= userActionTimes.indexOf(limit)
