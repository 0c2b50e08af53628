import { type EventKind, eventKindRecords, eventKinds, type PollKind } from '#lib/contract/index.ts'

/** The polls that events of some kinds are detected from; of all kinds when none is named. */
export const pollsBehind = (kinds: readonly EventKind[] = eventKinds): readonly PollKind[] => [
  ...new Set(kinds.flatMap((kind) => eventKindRecords[kind].polls)),
]
