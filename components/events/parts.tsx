import type { Event } from '#lib/incidents/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { Between } from '../ui/times/time.tsx'
import { Subject } from './subject.tsx'
import { EvidenceButton } from './evidence.tsx'
import { EventDuration } from './event-duration.tsx'

/** The child events of an event, recursively. */
export function EventParts({ of }: { of: Pick<Event, 'id' | 'parts'> }) {
  const parts = useEndpoint('events', { partOf: of.id, limit: 1000 })
  return (
    <AnswerView query={parts} skeleton={<SkeletonRows rows={Math.min(of.parts, 4)} height="2.25rem" />}>
      {({ data }) => (
        <ul className="ml-3.5 border-l pl-1">
          {data.toReversed().map((event) => (
            <li key={event.id}>
              <PartRow event={event} />
              {event.parts > 0 && <EventParts of={event} />}
            </li>
          ))}
        </ul>
      )}
    </AnswerView>
  )
}

function PartRow({ event }: { event: Event }) {
  return (
    <div id={event.id} className="flex scroll-mt-24 flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5 text-xs">
      <span className="min-w-44">
        <EvidenceButton event={event} />
      </span>
      <span className="min-w-52">
        {event.scopeName} <Subject of={event} />
      </span>
      <span className="text-ink-2">
        <Between bounds={event.startedBetween} />
      </span>
      <EventDuration event={event} inLine />
    </div>
  )
}
