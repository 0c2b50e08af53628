'use client'

import { siteLabel } from '#lib/contract/words/site-states.ts'
import { clsx } from 'clsx'
import { useState } from 'react'
import type { N1Case } from '#lib/resilience/api/index.ts'
import { useEndpoint } from '../../data/index.ts'
import { formatCount, plural } from '../../format/quantity.ts'
import { PageLink } from '../../links/page-link.tsx'
import { AnswerView, Empty, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { FoldPanel } from '../../ui/fold-panel.tsx'
import { Moment } from '../../ui/times/time.tsx'
import { whatIfHref } from '../../links/what-if-href.ts'
import { lossWords, worstWhatIf } from './what-if-words.ts'

/** Most cases shown: the others break less. At first as many as stand on a screen beside the map. */
const MOST = 30
const FIRST = 10

/**
 * Every single loss by what it breaks, as a heat map by site; each leads to its own what-if.
 * @param isFolded at first: below the answer to another question
 */
export function N1Panel({ isFolded }: { isFolded: boolean }) {
  const query = useEndpoint('resilience/n-1')
  return (
    <FoldPanel
      id="single-losses"
      title="Single failures (N-1)"
      note="the worst outcome of each site"
      answer={query.data?.data.at ? { asOf: query.data.data.at, freshness: query.data.freshness } : undefined}
      isOpenAtFirst={!isFolded}
      flush
    >
      <AnswerView query={query} skeleton={<SkeletonRows rows={6} />}>
        {({ data }) =>
          data.at === null ? (
            <Empty title="Not computed yet">
              Single failures are computed in the background, once the tables are read and at most once a minute.
            </Empty>
          ) : data.cases.length === 0 ? (
            <Empty title="No single failure changes anything">{plural(data.computed, 'case')} computed.</Empty>
          ) : (
            <HeatMap cases={data.cases} notComputed={data.notComputed} />
          )
        }
      </AnswerView>
    </FoldPanel>
  )
}

function HeatMap({ cases: all, notComputed }: { cases: readonly N1Case[]; notComputed: number }) {
  const [most, setMost] = useState(FIRST)
  const cases = all.slice(0, most)
  const sites = [...new Set(all.slice(0, MOST).flatMap((one) => one.sites.map(({ site }) => site)))].toSorted(noneLast)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Single failures by site">
      <table className="w-full text-left text-xs">
        <thead>
          <tr className="text-xs text-ink-3">
            <th className="px-3.5 py-2 font-medium">Lost</th>
            {sites.map((site) => (
              <th key={site ?? ''} className="px-2 py-2 font-medium">
                {site === null ? 'No site' : siteLabel(site)}
              </th>
            ))}
            <th className="px-2 py-2 font-medium">Overloads</th>
            <th className="px-3.5 py-2 font-medium">At risk since</th>
          </tr>
        </thead>
        <tbody>
          {cases.map((one) => (
            <tr key={one.term} className="border-t">
              <th scope="row" className="px-3.5 py-1.5 font-normal whitespace-nowrap">
                <PageLink href={whatIfHref({ lose: [one.term], change: [] })} className="link">
                  {one.name}
                </PageLink>{' '}
                <span className="text-xs text-ink-3">{lossWords[one.kind]}</span>
              </th>
              {sites.map((site) => (
                <Cell key={site ?? ''} found={one.sites.find((own) => own.site === site)} />
              ))}
              <td className="px-2 py-1.5 text-xs whitespace-nowrap text-ink-2">{filled(one)}</td>
              <td className="px-3.5 py-1.5 text-xs whitespace-nowrap text-ink-2">
                <StrandsSince since={one.strandsSince} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all.length > cases.length && (
        <p className="flex flex-wrap items-center gap-x-3 border-t px-3.5 py-2 text-xs text-ink-3">
          {formatCount(all.length - cases.length)} more, with less impact.
          {most < MOST && <Button onClick={() => setMost(MOST)}>Show {Math.min(MOST, all.length) - most} more</Button>}
        </p>
      )}
      {notComputed > 0 && (
        <p className="border-t px-3.5 py-2 text-xs text-ink-3">
          {plural(notComputed, 'loss is', 'losses are')} beyond what is computed.
        </p>
      )}
    </div>
  )
}

/** Paths that what moves would fill, by p95 added. */
function filled({ saturated, moves, defaultOnly }: N1Case): string {
  if (moves + defaultOnly === 0) return '–'
  return saturated === null ? 'too few samples' : saturated === 0 ? 'no path' : plural(saturated, 'path')
}

function StrandsSince({ since }: { since: N1Case['strandsSince'] }) {
  if (since === null) return '–'
  const [earliest, latest] = since
  return earliest === null ? (
    <>
      before <Moment at={latest} zoned={false} />
    </>
  ) : (
    <>
      <Moment at={earliest} zoned={false} /> – <Moment at={latest} zoned={false} />
    </>
  )
}

/** Sites by name, and at the end what belongs to none. */
const noneLast = (a: string | null, b: string | null) =>
  a === null ? (b === null ? 0 : 1) : b === null ? -1 : a.localeCompare(b)

function Cell({ found }: { found: N1Case['sites'][number] | undefined }) {
  const { worst, count } = worstWhatIf(found)
  return (
    <td className="px-2 py-1.5">
      <span
        title={found?.prefixes.join(', ') || undefined}
        className={clsx(
          'inline-block min-w-12 rounded-xs px-1.5 text-xs whitespace-nowrap',
          worst === 'stranded' && 'border-l-4 border-down-mark bg-sunken font-semibold text-down',
          worst === 'to the Internet' && 'border-l-4 border-degraded-mark bg-sunken text-degraded',
          worst === 'unknown' && 'hatch',
          worst === 'change' && 'bg-sunken text-ink-2',
          worst === null && 'text-ink-3',
        )}
      >
        {worst === null ? '–' : `${formatCount(count)} ${worst}`}
      </span>
    </td>
  )
}
