import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { AvailabilityPanel } from '../../resource-page/availability-panel.tsx'
import { useRangeWindow } from '../../time/use-range-window.ts'
import { TimelinePanel } from '../../timeline/timeline-panel.tsx'
import { useGatewayTimeline } from '../../timeline/use-gateway-timeline.ts'
import { DeferredPanel } from '../../ui/deferred-panel.tsx'
import { WatchBar } from '../../watch/watch-bar.tsx'

/** About the height of the drawing, rem. */
const TIMELINE_ROOM = 20

/** What was seen of the gateway's sessions on one time axis, and how long each was up. */
export function GatewayTimelineTab({ gateway, sessions }: { gateway: Gateway; sessions: Session[] }) {
  return (
    <>
      <DeferredPanel title="Timeline" height={TIMELINE_ROOM}>
        <GatewayTimeline gateway={gateway} sessions={sessions} />
      </DeferredPanel>
      <DeferredPanel title="Availability" height={15}>
        <AvailabilityPanel scope={gateway.id} />
      </DeferredPanel>
      <WatchBar scope={gateway.id} />
    </>
  )
}

function GatewayTimeline(props: { gateway: Gateway; sessions: Session[] }) {
  const time = useRangeWindow()
  const timeline = useGatewayTimeline(props.gateway, props.sessions, time)
  return <TimelinePanel title="Timeline" timeline={timeline} time={time} room={TIMELINE_ROOM} />
}
