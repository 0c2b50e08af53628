import { type PollKind, pollKindRecords } from '../poll.ts'

/** What a kind of poll reads: `BGP peers`. */
export const formatPollKind = (kind: PollKind): string => pollKindRecords[kind].label

/** The effective routes of an interface whose virtual machine is off end as not polled, with Azure's reason: there is nothing to poll, and nothing is wrong. */
export const isOfStoppedVm = ({ lastOutcome, error }: { lastOutcome: string | null; error: object | null }): boolean =>
  lastOutcome === 'not_polled' && error !== null
