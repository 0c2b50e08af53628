'use client'

import { formatDuration, formatDurationBounds, formatInterval } from '#lib/contract/words/index.ts'
import { BoundsBar } from '../ui/bounds-bar.tsx'
import { useNow } from '../ui/clock.tsx'
import { Panel } from '../ui/panel.tsx'
import { Age, AsOf, Between, Moment, Since } from '../ui/time.tsx'
import { Sample } from './sample.tsx'

const MINUTE = 60_000
const iso = (at: number) => new Date(at).toISOString()

export function TimeSamples() {
  const now = useNow()
  const ago = (minutes: number) => now - minutes * MINUTE
  const polled = (minutes: number) => ({ oldestPollAt: iso(ago(minutes)), latePollAt: iso(ago(minutes)) })
  return (
    <Panel title="Times, durations, bounds, freshness">
      <Sample name="moment, age">
        <Moment at={iso(ago(3))} />
        <Moment at={iso(ago(3000))} />
        <Age at={iso(ago(12))} />
      </Sample>
      <Sample name="between">
        <Between bounds={[iso(ago(5)), iso(ago(4))]} />
        <Between bounds={[iso(0), iso(ago(4))]} />
      </Sample>
      <Sample name="since">
        <Since bounds={[iso(ago(5)), iso(ago(4))]} />
        <Since bounds={[iso(0), iso(ago(90))]} />
        <Since bounds={[iso(ago(5)), iso(ago(4))]} brief />
      </Sample>
      <Sample name="duration">
        <span>{formatDuration(122_000)}</span>
        <span>{formatDuration(40 * 60 * MINUTE)}</span>
        <span>{formatInterval(0.5)}</span>
      </Sample>
      <Sample name="bounds in words">
        <span>{formatDurationBounds(58_000, 122_000)}</span>
        <span>{formatDurationBounds(0, 42_000)}</span>
        <span>{formatDurationBounds(240_000, null)}</span>
      </Sample>
      <Sample name="bounds drawn">
        <BoundsBar start={[ago(10), ago(8)]} end={[ago(3), ago(2)]} now={now} />
        <BoundsBar start={[ago(10), ago(8)]} end={null} now={now} />
        <BoundsBar start={[ago(4), ago(1)]} end={[ago(4), ago(1)]} now={now} />
      </Sample>
      <Sample name="as of">
        <AsOf asOf={iso(now)} freshness={{ state: 'fresh', ...polled(0.1) }} />
      </Sample>
      <Sample name="late">
        <AsOf asOf={iso(now)} freshness={{ state: 'late', ...polled(2) }} />
      </Sample>
      <Sample name="stale">
        <AsOf asOf={iso(now)} freshness={{ state: 'stale', ...polled(12) }} />
      </Sample>
      <Sample name="never">
        <AsOf asOf={iso(now)} freshness={{ state: 'never', oldestPollAt: null, latePollAt: null }} />
      </Sample>
    </Panel>
  )
}
