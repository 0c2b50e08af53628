import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { AvailabilityPanel } from '../../resource-page/availability-panel.tsx'
import { BothEnds } from '../../routers/both-ends.tsx'
import { useRangeWindow } from '../../time/use-range-window.ts'
import { TimelinePanel } from '../../timeline/timeline-panel.tsx'
import { useCircuitTimeline } from '../../timeline/use-circuit-timeline.ts'
import { DeferredPanel } from '../../ui/deferred-panel.tsx'
import { WatchBar } from '../../watch/watch-bar.tsx'

/** About the height of the drawing, rem. */
const TIMELINE_ROOM = 40

/** What was seen of both paths on one time axis, and how long each session was up. */
export function CircuitTimelineTab({ circuit, sessions }: { circuit: Circuit; sessions: Session[] }) {
  return (
    <>
      <BothEnds circuitId={circuit.id} />
      <DeferredPanel title="Timeline" height={TIMELINE_ROOM}>
        <CircuitTimeline circuit={circuit} sessions={sessions} />
      </DeferredPanel>
      <DeferredPanel title="Availability" height={5}>
        <AvailabilityPanel scope={circuit.id} />
      </DeferredPanel>
      <WatchBar scope={circuit.id} />
    </>
  )
}

function CircuitTimeline(props: { circuit: Circuit; sessions: Session[] }) {
  const time = useRangeWindow()
  const timeline = useCircuitTimeline(props.circuit, props.sessions, time)
  return <TimelinePanel title="Timeline" timeline={timeline} time={time} room={TIMELINE_ROOM} />
}
