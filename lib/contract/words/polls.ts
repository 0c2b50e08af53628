import { type PollKind, pollKindRecords } from '../poll.ts'

/** Returns the display name of a poll kind: `BGP peers`. */
export const formatPollKind = (kind: PollKind): string => pollKindRecords[kind].label

/**
 * Reports whether a poll of a network interface's effective routes was skipped because the virtual machine is off. Such
 * a poll has the outcome `not_polled` and contains Azure's reason as its error. It is not a fault.
 */
export const isOfStoppedVm = ({ lastOutcome, error }: { lastOutcome: string | null; error: object | null }): boolean =>
  lastOutcome === 'not_polled' && error !== null
