import { type ObservedChange, type PollObservation, pollKindRecords, type streamTopics } from '#lib/contract/index.ts'

export type StreamTopic = (typeof streamTopics)[number]

const all: readonly StreamTopic[] = ['overview', 'circuits', 'gateways', 'sessions', 'routes', 'sources', 'cost']

/**
 * Returns the topics of the API whose responses change because of a poll. A poll that only confirms known data has no
 * topics.
 * @returns `countersOnly` is true if the poll brought no change of history and no event, as most polls do. Clients may
 *   then wait and handle several such changes together.
 */
export function listChangedTopics(
  observation: PollObservation,
  {
    changes,
    events,
    sessionsChanged,
  }: { changes: readonly ObservedChange[]; events: number; sessionsChanged: boolean },
): { topics: StreamTopic[]; countersOnly: boolean } {
  const topics = new Set<StreamTopic>()
  const add = (...more: StreamTopic[]) => {
    for (const topic of more) topics.add(topic)
  }
  const { rows, shownIn } = pollKindRecords[observation.kind]
  const owner: StreamTopic = observation.kind === 'peers' ? 'gateways' : 'circuits'
  for (const change of changes) {
    if (change.type === 'session') add('sessions', owner, 'overview')
    else if (change.type === 'doubt') continue
    else if (change.type === 'route') add('routes')
    else if (change.type === 'arp' || change.type === 'counterReset') add('circuits', 'overview')
    else if (change.type === 'config') add(...all)
    // if a source becomes unreadable, every view that shows its resource changes
    else add('sources', 'overview', ...shownIn)
  }
  if (events > 0) add('events', 'overview')
  const countersOnly = topics.size === 0
  if (sessionsChanged) add('sessions', owner)
  const good = observation.outcome === 'ok' || observation.outcome === 'incomplete'
  if (good && (rows === 'counters' || rows === 'connection')) add(...shownIn)
  return { topics: [...topics], countersOnly }
}
