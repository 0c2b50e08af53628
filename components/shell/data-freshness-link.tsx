import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { useContext, useEffect, useState } from 'react'
import { createEndpointQuery, addPageSelectionToParameters, useLiveUpdates, usePageSelection } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { formatPollCountsChip } from '../sources/polls-text.ts'
import { useToday } from '../ui/times/page-clock.tsx'
import { ScreenFrameDataContext } from './visitor.tsx'

const streams = {
  connecting: 'Opening the live stream.',
  live: 'Changes appear as they are recorded.',
  slow: 'The live stream was refused: changes appear with the next refresh.',
  offline: 'Peerwatch does not respond.',
}
const dots = { up: 'bg-up-mark', degraded: 'bg-degraded-mark', down: 'bg-down-mark' }

/**
 * Label on all pages that shows how current the data is: how many polls are fresh, and whether the live event stream is
 * open. It links to the page with all polls.
 */
export function DataFreshnessLink() {
  const { polls } = useContext(ScreenFrameDataContext)
  const { status } = useLiveUpdates()
  const [isAsked, setIsAsked] = useState(false)
  useEffect(() => setIsAsked(true), [])
  const asked = addPageSelectionToParameters('sources/summary', {}, usePageSelection())
  const { data } = useQuery({ ...createEndpointQuery('sources/summary', asked), enabled: isAsked })
  const counts = data?.data ?? polls
  const now = useToday()
  const known = counts && formatPollCountsChip(counts, now)
  const isPast = useSelectedPastMoment() !== null
  const stream = { connecting: null, live: null, slow: 'every 10 s', offline: 'offline' }[status]
  // On a page that shows a past time, the present state of the polls is irrelevant.
  if (isPast && status !== 'offline') return null
  return (
    <PageLink
      href="/sources"
      title={`${known ? `${known.words}. ` : ''}How current the data is. ${streams[status]}`}
      data-stream={status}
      className="flex h-7 items-center gap-1.5 rounded-md px-1.5 text-xs sm:min-w-0 max-sm:min-w-6 max-sm:justify-center max-sm:gap-0.5 whitespace-nowrap text-ink-2 hover:bg-hover hover:text-ink"
    >
      <span
        aria-hidden
        className={clsx(
          'size-2 shrink-0 rounded-full',
          known && status !== 'offline' ? dots[known.tone] : 'hatch border border-ink-3',
        )}
      />
      {known && known.tone !== 'up' && (
        <span aria-hidden className="font-semibold text-ink sm:hidden">
          !
        </span>
      )}
      <span
        className={clsx(
          'truncate tabular-nums max-sm:sr-only',
          known && known.tone !== 'up' && 'font-semibold text-ink',
        )}
      >
        {known?.words ?? 'Data'}
      </span>
      {stream && <span className="max-sm:sr-only">· {stream}</span>}
    </PageLink>
  )
}
