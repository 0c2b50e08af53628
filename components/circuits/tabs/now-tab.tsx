import type { Circuit } from '#lib/circuits/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { SessionEndsPanel } from '../../routers/session-ends-panel.tsx'
import { useRangeWindow } from '../../time/use-range-window.ts'
import { TimelinePanel } from '../../timeline/timeline-panel.tsx'
import { useCircuitTimeline } from '../../timeline/use-circuit-timeline.ts'
import { DeferredPanel } from '../../ui/deferred-panel.tsx'
import { createLazyComponent } from '../../ui/lazy-part.tsx'
import { VeryWideRow } from '../../ui/very-wide-row.tsx'

const HistoryTab = createLazyComponent(() =>
  import('../../resource-page/history-tab.tsx').then((part) => part.HistoryTab),
)

const TITLE = 'Traffic and sessions'
/** Approximate height of the timeline, rem, which is reserved while it is loading. */
const ROOM = 34
/** Width reserved for the names of the timeline's rows, px. */
const NAMES = 150

/**
 * Tab with the present state at both ends of the circuit, and a timeline of both paths. On a very wide screen, it also
 * shows the events and configuration changes that otherwise only the tab *History* shows.
 */
export function CircuitNowTab({ circuit, sessions }: { circuit: Circuit; sessions: BgpSession[] }) {
  return (
    <>
      <SessionEndsPanel circuitId={circuit.id} />
      <DeferredPanel title={TITLE} height={ROOM}>
        <CircuitTimeline circuit={circuit} sessions={sessions} />
      </DeferredPanel>
      <VeryWideRow>
        <HistoryTab resource={circuit} />
      </VeryWideRow>
    </>
  )
}

function CircuitTimeline(props: { circuit: Circuit; sessions: BgpSession[] }) {
  const time = useRangeWindow()
  const timeline = useCircuitTimeline(props.circuit, props.sessions, time)
  return (
    <TimelinePanel title={TITLE} of={props.circuit.name} timeline={timeline} time={time} room={ROOM} names={NAMES} />
  )
}
