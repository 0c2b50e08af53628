import CalendarIcon from 'lucide-react/icons/calendar'
import type { ReactNode } from 'react'
import { formatOutlookEffect, hasSignificantEffect } from '#lib/resilience/api/outlook-text.ts'
import type { MaintenanceOutlook } from '#lib/resilience/api/outlook.ts'
import type { AlertingStatus } from '#lib/alerting/api/index.ts'
import { NO_ALERT_RECEIVER_STATE, NO_ALERT_RECEIVER_TEXT } from '#lib/alerting/api/unreceived.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatPlannedTime, formatZoneLabel } from '../format/instant.ts'
import { PageLink } from '../links/page-link.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { formatTestedShare, listTestsByCircuit } from '../resilience/drills/drill-text.ts'
import { formatPollCountsChip } from '../sources/polls-text.ts'
import { StateSymbol, type StateTone } from '../ui/drawing/glyph.tsx'
import { useZone } from '../ui/preferences.tsx'
import { useToday } from '../ui/times/page-clock.tsx'

/** Text and tone of one of the links about the reliability of the data. */
interface Trust {
  /** null = announced maintenance, which is not a state and has the symbol of a calendar */
  tone: StateTone | null
  words: ReactNode
}

/**
 * Row of links about the reliability of the headline: the polls, failover tests, alerting, and announced maintenance.
 * Renders nothing if the page shows a past time. Such a page therefore does not request the data of the links.
 */
export const DataTrustLinks = () => (useSelectedPastMoment() === null ? <Chips /> : null)

function Chips() {
  const now = useToday()
  const zone = useZone()
  const polls = useEndpointQuery('sources/summary')
  const alerting = useEndpointQuery('alerting')
  const outlook = useEndpointQuery('resilience/outlook')
  const drills = useEndpointQuery('resilience/drills')
  const circuits = useEndpointQuery('circuits').data?.data
  const tests = circuits && drills.data && listTestsByCircuit(circuits, drills.data.data, [], now)
  return (
    // on a phone, each link has space for two lines, so that a longer text, for example LATE, does not move the page
    <ul
      aria-label="Trust"
      className="flex min-h-7 flex-wrap gap-2 max-sm:grid max-sm:min-h-24 max-sm:grid-cols-2 max-sm:content-start"
    >
      <Chip href="/sources" name="Data" query={polls}>
        {({ data }) => {
          const { tone, words } = formatPollCountsChip(data, now)
          return { tone, words: `Data ${words}` }
        }}
      </Chip>
      {(tests === undefined || tests.length > 0) && (
        <Chip href="/resilience?tab=drills" name="Failover tested" query={drills}>
          {() => tests && { tone: 'notice', words: `Failover tested ${formatTestedShare(tests, now)}` }}
        </Chip>
      )}
      {/* a banner names the failure of alerting */}
      {alerting.data?.data.proof.state !== 'broken' && (
        <Chip href="/settings?tab=notifications" name="Alerting" query={alerting}>
          {({ data }) => judgeAlerting(data.proof)}
        </Chip>
      )}
      <Chip href="/resilience?tab=weeks-ahead" name="Weeks ahead" query={outlook}>
        {({ data }) => judgeOutlook(data, now, zone)}
      </Chip>
    </ul>
  )
}

/**
 * One of the links about the reliability of the data. While its text is not loaded, a placeholder is shown. If its
 * request failed, the text states that the state is unknown.
 * @param children returns the text; undefined = not loaded yet
 */
function Chip<Answer>({
  href,
  name,
  query: { data, error },
  children,
}: {
  href: string
  name: string
  query: { data: Answer | undefined; error: unknown }
  children: (answer: Answer) => Trust | undefined
}) {
  const trust = data === undefined ? undefined : children(data)
  if (!trust && !error)
    return <li aria-hidden className="skeleton h-7 w-40 rounded-full max-sm:h-11 max-sm:w-auto max-sm:rounded-lg" />
  const { tone, words } = trust ?? { tone: 'unknown', words: `${name}: unknown` }
  return (
    <li className="min-w-0">
      <PageLink
        href={href}
        className="flex min-h-7 items-center gap-1.5 rounded-full border bg-surface px-2.5 text-xs text-ink-2 hover:bg-hover hover:text-ink max-sm:h-full max-sm:min-h-11 max-sm:rounded-lg"
      >
        {tone === null ? <CalendarIcon aria-hidden className="size-3 shrink-0" /> : <StateSymbol tone={tone} />}
        <span className="min-w-0 tabular-nums" suppressHydrationWarning>
          {words}
        </span>
      </PageLink>
    </li>
  )
}

const judgeAlerting = ({ state, isReceived, words }: AlertingStatus['proof']): Trust => ({
  tone: isReceived ? (state === 'proved' ? 'up' : 'unknown') : 'degraded',
  words: words === NO_ALERT_RECEIVER_TEXT ? <NoAlertReceiver /> : words,
})

/** Text while no channel receives incidents. Paper has only the state, because its reader cannot follow the link. */
const NoAlertReceiver = () => (
  <>
    {NO_ALERT_RECEIVER_STATE}
    <span className="print:hidden">{NO_ALERT_RECEIVER_TEXT.slice(NO_ALERT_RECEIVER_STATE.length)}</span>
  </>
)

/**
 * Returns the first announced maintenance with a significant effect that has not ended, as text. If there is none, the
 * text states that no prefix is at risk. If the effects of some time intervals were not computed or some maintenance
 * notices could not be interpreted, it states that the risk is unknown.
 */
function judgeOutlook(
  { computedAt, intervals, unreadNotices, notComputed }: MaintenanceOutlook,
  now: number,
  zone: string,
): Trust {
  const first = intervals.find((interval) => hasSignificantEffect(interval) && Date.parse(interval.to) > now)
  if (first) {
    const from = Date.parse(first.from)
    const time = from <= now ? 'Now' : `Ahead, ${formatPlannedTime(from, zone, now)} ${formatZoneLabel(from, zone)}`
    const words = `${time}: ${formatOutlookEffect(first)}`
    return { tone: null, words }
  }
  if (computedAt === null) return { tone: 'notice', words: 'Weeks ahead: being computed' }
  return unreadNotices > 0 || notComputed > 0
    ? { tone: 'unknown', words: 'Weeks ahead: unknown' }
    : { tone: 'up', words: 'No prefix at risk in 4 weeks' }
}
