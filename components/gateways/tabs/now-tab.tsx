import type { Gateway } from '#lib/gateways/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { useRangeWindow } from '../../time/use-range-window.ts'
import { TimelinePanel } from '../../timeline/timeline-panel.tsx'
import { useGatewayTimeline } from '../../timeline/use-gateway-timeline.ts'
import { DeferredPanel } from '../../ui/deferred-panel.tsx'

const TITLE = 'Sessions'
/** Approximate height of the timeline, rem, which is reserved while it is loading. */
const ROOM = 24
/** Width reserved for the names of the timeline's rows, px. */
const NAMES = 200

/** Tab with a timeline of the states of the gateway's sessions. */
export function GatewayNowTab({ gateway, sessions }: { gateway: Gateway; sessions: BgpSession[] }) {
  return (
    <DeferredPanel title={TITLE} height={ROOM}>
      <GatewayTimeline gateway={gateway} sessions={sessions} />
    </DeferredPanel>
  )
}

function GatewayTimeline(props: { gateway: Gateway; sessions: BgpSession[] }) {
  const time = useRangeWindow()
  const timeline = useGatewayTimeline(props.gateway, props.sessions, time)
  return (
    <TimelinePanel title={TITLE} of={props.gateway.name} timeline={timeline} time={time} room={ROOM} names={NAMES} />
  )
}
