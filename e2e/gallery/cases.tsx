import type { ReactNode } from 'react'
import type { EventsSummary } from '#lib/incidents/api/index.ts'
import { Sparkline } from '#components/charts/sparkline.tsx'
import { StateTimeline } from '#components/charts/state-timeline/state-timeline.tsx'
import {
  placeMarksInOneRow,
  type TimelineMark,
  type TimelineTrack,
} from '#components/charts/state-timeline/timeline-tracks.ts'
import { CircuitTable } from '#components/circuits/circuit-table.tsx'
import { CircuitPathSummary } from '#components/circuits/path-summary.tsx'
import { testCircuit, testPath } from '#lib/circuits/api/testing.ts'
import { UptimeBarsWithAvailability, UptimeDaysChart } from '#components/uptime/uptime-bars.tsx'
import type { UptimeChartData } from '#components/uptime/uptime-text.ts'
import { ApiError } from '#components/data/index.ts'
import { EventHistogram } from '#components/events/event-histogram.tsx'
import { EventEvidenceTable } from '#components/events/evidence.tsx'
import { FlapRanking } from '#components/events/flap-ranking.tsx'
import { IncidentRows } from '#components/incidents/incident-row.tsx'
import { groupRecurringIncidents } from '#components/incidents/recurrence.tsx'
import { testMinuteIso, testIncident } from '#components/incidents/testing.ts'
import { buildEstateMap } from '#components/map/estate-map.ts'
import { MapDrawing } from '#components/map/map-drawing.tsx'
import { MapList } from '#components/map/map-list.tsx'
import { testMapCircuit, testMapGateway } from '#components/map/testing.ts'
import { buildLookupPath } from '#components/routes/lookup/lookup-path.ts'
import { LookupPicture } from '#components/routes/lookup/lookup-picture.tsx'
import { testCandidate } from '#lib/routes/words/testing.ts'
import { SessionTable } from '#components/sessions/session-table.tsx'
import { testSession } from '#components/sessions/testing.ts'
import { AzureBudgetBar } from '#components/sources/poll-detail.tsx'
import { CoverageStrip } from '#components/sources/coverage-strip.tsx'
import { MomentField } from '#components/time/moment-field.tsx'
import { SessionStateStrip } from '#components/timeline/session-strips.tsx'
import { PageAge } from '#components/ui/times/answer-age.tsx'
import { EmptyNote, ProblemNotice, SkeletonRows } from '#components/ui/answer-view.tsx'
import { AsPathText } from '#components/ui/facts/as-path.tsx'
import { UncertainIntervalBar } from '#components/ui/facts/bounds-bar.tsx'
import { Button, IconButton } from '#components/ui/button.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { SelectField, TextField } from '#components/ui/field.tsx'
import { StateSymbol, stateTones } from '#components/ui/drawing/glyph.tsx'
import { PercentBar } from '#components/ui/facts/share-bar.tsx'
import { PageHeader } from '#components/ui/page-head.tsx'
import { PanelFactGrid, Panel } from '#components/ui/panel.tsx'
import { ByteCount, BitRate } from '#components/ui/facts/quantities.tsx'
import { StateLabel } from '#components/ui/status.tsx'
import { StackedTimeBounds } from '#components/ui/times/stacked-time.tsx'
import { TimeBoundsText, MomentText, DurationSinceBounds } from '#components/ui/times/time.tsx'
import { getRedundancyStatus, getVerdictStatus } from '#components/ui/status-text.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { GALLERY_NOW_MS } from './now.ts'

/** A component in one state. */
export interface GalleryCase {
  /** name of the case and of its picture */
  name: string
  /** width in CSS pixels; absent = the component's own width */
  width?: number
  node: ReactNode
}

const iso = (at: number) => new Date(at).toISOString()
const ago = (ms: number) => iso(GALLERY_NOW_MS - ms)
const noop = () => {}

const STEPS = 48
const rates = (scale: number) =>
  Array.from({ length: STEPS }, (_, n) => (n > 20 && n < 25 ? null : scale * (0.6 + 0.4 * Math.sin(n / 6))))

const DAY_SECONDS = 86_400
const exactly = (seconds: number) => ({ atLeast: seconds, atMost: seconds })
const uptimeOfLength = (length: number): UptimeChartData => {
  const days = Array.from({ length }, (_, n): UptimeChartData['days'][number] => {
    const down = n === 4 ? 700 : 0
    const unknownSeconds = n === 18 ? 30_000 : n > 18 && n < 21 ? DAY_SECONDS : 0
    return {
      day: iso(GALLERY_NOW_MS - (length - n) * MS_PER_DAY).slice(0, 10),
      type: 'circuit',
      seconds: DAY_SECONDS,
      upSeconds: exactly(DAY_SECONDS - down - unknownSeconds),
      downSeconds: exactly(down),
      partDownSeconds: exactly(n === 11 ? 4_000 : down),
      unknownSeconds,
      plannedSeconds: 0,
      ...(n === 8 && { noForwardingSeconds: exactly(1_200) }),
    }
  })
  const observed = { seconds: length * DAY_SECONDS, unknownSeconds: 2 * DAY_SECONDS, plannedSeconds: 0 }
  const time = (lost: number) => ({
    ...observed,
    upSeconds: exactly((length - 2) * DAY_SECONDS - lost),
    downSeconds: exactly(lost),
  })
  return { days, times: { session: time(700), forwarding: time(1_900), reachability: null }, losses: [] }
}

const strip = (['up', 'down', 'up', 'unknown', 'up'] as const).map((tone, n) => ({
  from: GALLERY_NOW_MS - (5 - n) * MS_PER_HOUR,
  to: GALLERY_NOW_MS - (4 - n) * MS_PER_HOUR,
  tone,
}))

const state = (ink: 'up' | 'down', from: TimelineMark['from'], to: TimelineMark['to']): Omit<TimelineMark, 'row'> => ({
  key: `${ink} ${from[0]}`,
  ink,
  word: ink.toUpperCase(),
  from,
  to,
  isPoint: false,
  isQuiet: ink === 'up',
  title: ink.toUpperCase(),
})
const at = (hours: number) => GALLERY_NOW_MS - hours * MS_PER_HOUR
const track = (part: string, marks: Omit<TimelineMark, 'row'>[]): TimelineTrack => ({
  key: part,
  name: 'erc-london',
  part,
  marks: placeMarksInOneRow(marks),
  rows: 1,
  unseen: [{ from: at(1.2), to: at(0.9), why: 'Azure refused (403)' }],
})
const tracks = [
  track('primary', [
    state('up', [at(6), at(6)], [at(3), at(2.9)]),
    state('down', [at(3), at(2.9)], [at(2), at(1.8)]),
    state('up', [at(2), at(1.8)], null),
  ]),
  track('secondary', [state('up', [at(6), at(6)], null)]),
]

const summary: EventsSummary = {
  from: ago(MS_PER_DAY),
  to: iso(GALLERY_NOW_MS),
  stepSeconds: 3_600,
  steps: Array.from({ length: 24 }, (_, n) => ({
    start: ago((24 - n) * MS_PER_HOUR),
    counts: n % 5 === 0 ? { critical: n % 2, major: n % 7, info: n % 4 } : { minor: n % 3 },
    observed: n < 9 || n > 11,
  })),
  flapping: [
    {
      scope: 'g1',
      scopeName: 'ergw-hub',
      subject: '10.0.4.12~10.0.4.4',
      count: 9,
      downSeconds: { atLeast: 312, atMost: 840 },
      lastAt: ago(MS_PER_HOUR),
    },
    {
      scope: 'c1',
      scopeName: 'erc-london',
      subject: 'AzurePrivatePeering/primary',
      count: 2,
      downSeconds: { atLeast: 61, atMost: 75 },
      lastAt: ago(9 * MS_PER_HOUR),
    },
  ],
}

const estate = (count: number, failing: boolean) => {
  const gateways = [testMapGateway('ergw-hub'), testMapGateway('ergw-west')]
  const circuits = Array.from({ length: count }, (_, n) =>
    testMapCircuit(count === 1 ? 'erc-london' : `erc-${String(n).padStart(3, '0')}`, {
      location: ['London', 'Amsterdam', 'Frankfurt', 'Dublin'][n % 4] ?? 'London',
      redundancy: failing && n === 0 ? 'reduced' : failing && n === 5 ? 'no_path' : 'redundant',
      gateways: [n % 2 === 0 ? 'ergw-hub' : 'ergw-west'],
    }),
  )
  return buildEstateMap({ circuits, gateways, networks: [], sites: [] })
}

const path = buildLookupPath(
  {
    ip: '10.10.4.7',
    at: iso(GALLERY_NOW_MS),
    known: 'observed',
    match: '10.10.0.0/16',
    system: null,
    userRoutes: [],
    privateEndpoints: [],
    firewalls: [],
    interfaces: [],
    around: null,
    candidates: [
      testCandidate({}),
      testCandidate({
        rank: 2,
        peer: '10.0.4.5',
        nextHop: '10.0.4.5',
        path: 'secondary',
        asPath: [12076, 65001, 65001],
      }),
    ],
  },
  { circuit: () => 'erc-london', sites: [{ name: 'London', prefixes: ['10.10.0.0/16'] }], learnedSites: [] },
)

const circuits = [
  testCircuit(),
  testCircuit({
    id: 'c2',
    name: 'erc-amsterdam',
    redundancy: 'reduced',
    paths: [testPath(), testPath({ path: 'secondary', state: 'down', since: [testMinuteIso(-9), testMinuteIso(-8)] })],
  }),
]
const sessions = [
  testSession({}),
  testSession({ neighbor: '10.0.4.5', state: 'active', verdict: 'down' }),
  testSession({ neighbor: '10.0.4.6', state: 'unknown', verdict: 'unknown', known: 'stale' }),
]
const incidents = [
  testIncident({ id: 'i0', state: 'open', phase: 'ongoing', endedBetween: null, severity: 'critical' }),
  testIncident({ id: 'i1' }),
]
const freshness = (state: 'fresh' | 'late' | 'stale') => ({
  state,
  oldestPollAt: ago(state === 'fresh' ? 8_000 : 150_000),
  latePollAt: state === 'fresh' ? null : ago(150_000),
})
const bounds = [ago(2 * MS_PER_HOUR), ago(2 * MS_PER_HOUR - 60_000)] as const
const row = 'flex flex-wrap items-center gap-3'

/** The components to compare with their pictures, in every state. */
export const componentGalleryCases: GalleryCase[] = [
  {
    name: 'glyphs',
    node: (
      <div className={row}>
        {stateTones.map((tone) => (
          <StateSymbol key={tone} tone={tone} className="size-6" />
        ))}
      </div>
    ),
  },
  {
    name: 'status-words',
    node: (
      <div className="grid gap-2">
        {stateTones.map((tone) => (
          <StateLabel key={tone} tone={tone} word={tone.toUpperCase()} detail="BGP Active" />
        ))}
      </div>
    ),
  },
  {
    name: 'status-redundancy',
    node: (
      <div className="grid gap-2">
        {(['redundant', 'reduced', 'no_path', 'unknown'] as const).map((state) => (
          <StateLabel key={state} {...getRedundancyStatus({ redundancy: state, unconfirmedSince: null })} />
        ))}
      </div>
    ),
  },
  {
    name: 'status-verdicts',
    node: (
      <div className="grid gap-2">
        {(['up', 'down', 'unknown', 'not_reported', 'never_established'] as const).map((verdict) => (
          <StateLabel key={verdict} {...getVerdictStatus(verdict)} />
        ))}
      </div>
    ),
  },
  {
    name: 'buttons',
    node: (
      <div className={row}>
        <Button>Poll now</Button>
        <Button variant="quiet">Clear</Button>
        <Button disabled>Next page</Button>
        <IconButton label="Copy">⧉</IconButton>
      </div>
    ),
  },
  { name: 'copy-button', node: <CopyButton text="text" label="Copy the result" /> },
  { name: 'field-text', node: <TextField label="IP address" defaultValue="10.10.4.7" /> },
  {
    name: 'field-fault',
    node: <TextField label="IP address" defaultValue="10.10.4" error="Enter an IP address such as 10.10.4.7" />,
  },
  { name: 'field-select', node: <SelectField label="Table" options={[{ value: 'learned', label: 'Learned' }]} /> },
  {
    name: 'field-moment',
    node: <MomentField label="As of" value={ago(MS_PER_HOUR)} onChange={noop} className="w-44" />,
  },
  {
    name: 'bounds-ended',
    width: 320,
    node: (
      <UncertainIntervalBar
        start={[GALLERY_NOW_MS - 10 * 60_000, GALLERY_NOW_MS - 8 * 60_000]}
        end={[GALLERY_NOW_MS - 3 * 60_000, GALLERY_NOW_MS - 60_000]}
        now={GALLERY_NOW_MS}
      />
    ),
  },
  {
    name: 'bounds-open',
    width: 320,
    node: (
      <UncertainIntervalBar
        start={[GALLERY_NOW_MS - 10 * 60_000, GALLERY_NOW_MS - 8 * 60_000]}
        end={null}
        now={GALLERY_NOW_MS}
      />
    ),
  },
  {
    name: 'rate-meter',
    width: 320,
    node: (
      <div className="grid gap-3">
        <PercentBar share={0.2} />
        <PercentBar share={1.3} />
        <PercentBar share={null} />
      </div>
    ),
  },
  {
    name: 'quantities',
    node: (
      <div className={row}>
        <ByteCount bytes="51234567890123" />
        <ByteCount bytes="1024" atLeast />
        <ByteCount bytes={null} />
        <BitRate bits={21_700_000} />
        <BitRate bits={null} />
      </div>
    ),
  },
  { name: 'as-path', node: <AsPathText path={{ asPath: [12076, 65001, 65001, 65001] }} /> },
  {
    name: 'facts',
    width: 520,
    node: (
      <PanelFactGrid
        facts={[
          ['Provider', 'Colt'],
          ['Peering location', 'London'],
          ['Bandwidth', '1 Gb/s'],
          ['Service key', null],
        ]}
      />
    ),
  },
  {
    name: 'page-head',
    width: 700,
    node: (
      <PageHeader
        title="erc-london"
        eyebrow="Circuit"
        status={<StateLabel tone="degraded" word="ONE PATH LEFT" />}
        since="London, Colt, 1 Gb/s"
        age={<PageAge answer={{ asOf: iso(GALLERY_NOW_MS), freshness: freshness('late') }} />}
      />
    ),
  },
  {
    name: 'panel-late',
    width: 520,
    node: (
      <Panel title="Sessions" answer={{ asOf: iso(GALLERY_NOW_MS), freshness: freshness('late') }}>
        Late
      </Panel>
    ),
  },
  {
    name: 'panel-unknown',
    width: 520,
    node: (
      <Panel title="Sessions" answer={{ asOf: iso(GALLERY_NOW_MS), freshness: freshness('stale') }}>
        <StateLabel tone="unknown" word="UNKNOWN" detail="Azure refused (403)" />
      </Panel>
    ),
  },
  {
    name: 'panel-loading',
    width: 520,
    node: (
      <Panel title="Sessions" flush>
        <SkeletonRows rows={3} />
      </Panel>
    ),
  },
  {
    name: 'panel-empty',
    width: 520,
    node: (
      <Panel title="Routes" flush>
        <EmptyNote title="No routes yet">Routes appear after the first successful poll.</EmptyNote>
      </Panel>
    ),
  },
  {
    name: 'panel-problem',
    width: 520,
    node: (
      <Panel title="Routes" flush>
        <ProblemNotice
          error={new ApiError(503, 'Internal Server Error', 'The database is not reachable.')}
          onRetry={noop}
        />
      </Panel>
    ),
  },
  {
    name: 'times',
    node: (
      <div className="grid gap-2">
        <MomentText at={ago(3 * MS_PER_DAY)} />
        <TimeBoundsText bounds={bounds} />
        <DurationSinceBounds bounds={bounds} />
        <StackedTimeBounds bounds={bounds} />
      </div>
    ),
  },
  { name: 'sparkline', node: <Sparkline above={rates(20e6)} below={rates(8e6)} most={25e6} title="Traffic" /> },
  { name: 'sparkline-one', node: <Sparkline above={rates(20e6)} most={25e6} title="Traffic" /> },
  { name: 'uptime-bars', node: <UptimeBarsWithAvailability uptime={uptimeOfLength(30)} /> },
  { name: 'uptime-bars-90', node: <UptimeBarsWithAvailability uptime={uptimeOfLength(90)} /> },
  { name: 'uptime-days', node: <UptimeDaysChart name="erc-london" uptime={uptimeOfLength(90)} /> },
  { name: 'state-strip', node: <SessionStateStrip parts={strip} /> },
  {
    name: 'state-timeline',
    width: 760,
    node: (
      <StateTimeline
        tracks={tracks}
        window={{ from: GALLERY_NOW_MS - 6 * MS_PER_HOUR, to: GALLERY_NOW_MS }}
        whole={{ from: GALLERY_NOW_MS - 6 * MS_PER_HOUR, to: GALLERY_NOW_MS }}
        limits={{ from: GALLERY_NOW_MS - MS_PER_DAY, to: GALLERY_NOW_MS }}
        now={GALLERY_NOW_MS}
        onWindow={noop}
      />
    ),
  },
  { name: 'event-histogram', width: 760, node: <EventHistogram summary={summary} onRange={noop} /> },
  { name: 'flap-ranking', width: 760, node: <FlapRanking flapping={summary.flapping} /> },
  {
    name: 'evidence',
    width: 420,
    node: (
      <EventEvidenceTable
        evidence={[
          {
            field: 'state',
            before: 'established',
            after: 'active',
            sampledBefore: [...bounds],
            sampledAfter: [...bounds],
          },
        ]}
      />
    ),
  },
  { name: 'circuit-table', width: 1_100, node: <CircuitTable circuits={circuits} /> },
  {
    name: 'session-table-compact',
    width: 1_100,
    node: (
      <div data-density="compact">
        <SessionTable sessions={sessions} at={null} scope={null} />
      </div>
    ),
  },
  {
    name: 'path-brief',
    node: (
      <div className={row}>
        <CircuitPathSummary path={testPath()} />
        <CircuitPathSummary path={testPath({ state: 'down', since: [...bounds] })} />
        <CircuitPathSummary path={undefined} />
      </div>
    ),
  },
  { name: 'session-table', width: 1_100, node: <SessionTable sessions={sessions} at={null} scope={null} /> },
  {
    name: 'incident-rows',
    width: 1_000,
    node: <IncidentRows name="Incidents" groups={groupRecurringIncidents(incidents)} isHistory />,
  },
  {
    name: 'lookup-path',
    width: 1_000,
    node: <LookupPicture path={path} title="Now: solid is in use, dashed are other candidates" />,
  },
  { name: 'map', width: 900, node: <MapDrawing map={estate(6, true)} /> },
  { name: 'map-one', width: 900, node: <MapDrawing map={estate(1, false)} /> },
  { name: 'map-two-hundred', width: 900, node: <MapDrawing map={estate(200, true)} /> },
  { name: 'map-list', width: 320, node: <MapList map={estate(3, true)} /> },
  {
    name: 'coverage-strip',
    width: 420,
    node: (
      <CoverageStrip
        label="peers"
        from={GALLERY_NOW_MS - MS_PER_HOUR}
        to={GALLERY_NOW_MS}
        intervals={[
          {
            scope: 'g1',
            subresource: '',
            kind: 'peers',
            outcome: 'ok',
            from: ago(MS_PER_HOUR),
            to: ago(MS_PER_HOUR / 2),
            polls: 30,
            detail: null,
          },
          {
            scope: 'g1',
            subresource: '',
            kind: 'peers',
            outcome: 'forbidden',
            from: ago(MS_PER_HOUR / 2),
            to: ago(MS_PER_HOUR / 4),
            polls: 15,
            detail: null,
          },
        ]}
      />
    ),
  },
  {
    name: 'budget-bar',
    width: 200,
    node: (
      <div className="grid gap-2">
        <AzureBudgetBar used={90} limit={100} />
        <AzureBudgetBar used={20} limit={100} />
        <AzureBudgetBar used={null} limit={100} />
      </div>
    ),
  },
]
