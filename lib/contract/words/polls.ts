import { type PollKind, pollKindRecords } from '../poll.ts'

/** Returns the display name of a poll kind: `BGP peers`. */
export const formatPollKind = (kind: PollKind): string => pollKindRecords[kind].label

/**
 * Reports whether a poll of an interface's effective routes was skipped because its virtual machine is off. Such a poll
 * ends as `not_polled` with Azure's reason, which is not a fault.
 */
export const isOfStoppedVm = ({ lastOutcome, error }: { lastOutcome: string | null; error: object | null }): boolean =>
  lastOutcome === 'not_polled' && error !== null
