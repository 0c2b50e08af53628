import { type PollKind, pollKindRecords } from '../poll.ts'

/** Returns the display name of a poll kind: `BGP peers`. */
export const formatPollKind = (kind: PollKind): string => pollKindRecords[kind].label

/**
 * Reports whether a poll of a network interface's effective routes was skipped because the virtual machine is off. Such
 * a poll has the outcome `not_polled` and contains Azure's reason as its error. It is not a fault.
 */
export const isPollOfStoppedVm = ({ kind, ...poll }: AnsweredPoll): boolean =>
  kind === 'effective' && isPollNotOfferedByAzure(poll)

/**
 * Reports whether Azure answered that it does not have the data of a poll, for example the sessions of a hub's VPN
 * gateway in a cloud without this action.
 */
export const isPollNotOfferedByAzure = ({ lastOutcome, error }: Omit<AnsweredPoll, 'kind'>): boolean =>
  lastOutcome === 'not_polled' && error !== null

interface AnsweredPoll {
  kind: PollKind
  lastOutcome: string | null
  error: object | null
}
