'use client'

import { useEndpoint } from '../data/index.ts'
import { useTimeRange } from '../time/use-time-range.ts'
import { TimeRangePicker } from '../time/time-range-picker.tsx'
import { PageAge } from '../ui/answer-age.tsx'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { PageHead, Panel } from '../ui/panel.tsx'
import { CalendarPanel } from './calendar-panel.tsx'
import { defaultRange } from './default-range.ts'
import { EventTabs } from './event-tabs.tsx'
import { FlapRanking } from './flap-ranking.tsx'

/** When and where events come back: a calendar of hours, and the sessions that were lost most often. */
export function PatternsView() {
  const { range, setRange } = useTimeRange(defaultRange)
  const summary = useEndpoint('events/summary', { from: range.from, to: range.to })
  return (
    <>
      <PageHead title="Events" age={<PageAge answer={summary.data} />}>
        When and where events come back.
      </PageHead>
      <EventTabs current="patterns" />
      <div className="grid gap-4">
        <CalendarPanel />
        <Panel title="What is lost most" flush aside={<TimeRangePicker range={range} onChange={setRange} />}>
          <AnswerView query={summary} skeleton={<SkeletonRows rows={6} />}>
            {({ data }) => <FlapRanking flapping={data.flapping} />}
          </AnswerView>
        </Panel>
      </div>
    </>
  )
}
