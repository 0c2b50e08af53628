import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import type { CostFinding } from '#lib/cost/api/index.ts'
import { getMoneySign } from '#lib/cost/api/money-sums.ts'
import { formatFindingTitle } from '#lib/contract/vocabulary.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { TimeBoundsText, MomentText } from '../ui/times/time.tsx'
import { formatCostPercentiles, formatMoney } from './money-text.ts'

const SHOWN = 6

/**
 * Lists the open findings of the hourly cost checks, such as a cheaper option or unused capacity. Findings are not
 * incidents, because nothing has failed.
 */
export function FindingsSection({ customer }: { customer: string | null }) {
  const query = useEndpointQuery('cost/findings', { state: 'open', customer })
  return (
    <Panel
      id="findings"
      title="Findings"
      note={<CheckedNote checkedAt={query.data?.checkedAt} />}
      className="print:hidden"
      flush
    >
      <QueryStateView query={query} skeleton={<SkeletonRows rows={3} />}>
        {({ data, checkedAt }) =>
          data.length === 0 ? (
            <EmptyNote title={checkedAt === null ? 'Not checked yet' : 'No findings'}>
              Break-even, cheaper options, budgets, surges and unused capacity are checked each hour.
            </EmptyNote>
          ) : (
            <ul aria-label={formatCountWithPlural(data.length, 'open finding')} className="divide-y">
              {data.slice(0, SHOWN).map((finding) => (
                <Finding key={finding.id} finding={finding} />
              ))}
              {data.length > SHOWN && <More findings={data.slice(SHOWN)} />}
            </ul>
          )
        }
      </QueryStateView>
    </Panel>
  )
}

/** Collapsed list of further findings, so that the page stays short even with hundreds of circuits. */
function More({ findings }: { findings: CostFinding[] }) {
  return (
    <li>
      <details className="group/more">
        <summary className="flex min-h-8 items-center gap-x-3 px-3.5 py-1 text-ink-2 hover:bg-hover">
          <ChevronRightIcon aria-hidden className="-mr-2 size-3.5 shrink-0 text-ink-3 group-open/more:rotate-90" />
          {findings.length} more
        </summary>
        <ul aria-label="More findings" className="divide-y border-t">
          {findings.map((finding) => (
            <Finding key={finding.id} finding={finding} />
          ))}
        </ul>
      </details>
    </li>
  )
}

/** Note on how often the cost checks run, and when they last ran. */
function CheckedNote({ checkedAt }: { checkedAt: string | null | undefined }) {
  return (
    <>
      checked each hour
      {checkedAt && (
        <>
          , last <MomentText at={checkedAt} />
        </>
      )}
      ; newest first
    </>
  )
}

/** Shows a finding in one line; expanding it shows its evidence and remedy. */
function Finding({ finding }: { finding: CostFinding }) {
  const { kind, customer, startedBetween, evidence, amounts, remedy, confidence, links } = finding
  const { cost, saving } = amounts
  const saves = saving && getMoneySign(saving.p50) > 0
  // Next to the advice to stay, a break-even is shown with the reason to stay.
  const stays = !saves && kind.startsWith('break_even')
  return (
    <li className="min-w-0 break-words">
      <details className="group">
        <summary className="flex min-h-8 flex-wrap items-center gap-x-3 px-3.5 py-1 hover:bg-hover">
          <ChevronRightIcon aria-hidden className="-mr-2 size-3.5 shrink-0 text-ink-3 group-open:rotate-90" />
          <span className="min-w-0 font-medium">{formatFindingTitle(finding)}</span>
          {customer && <span className="min-w-0 text-xs text-ink-3">{customer}</span>}
          <span className="text-ink-2 tabular-nums">
            {cost && formatCostPercentiles(cost)}
            {cost && saves && ', '}
            {saves && `${formatMoney(saving.p50)} less a month with the remedy`}
          </span>
          {stays && <span className="text-xs text-ink-2">{remedy}</span>}
          <span className="ml-auto text-xs text-ink-3">
            <TimeBoundsText bounds={startedBetween} />
          </span>
        </summary>
        <div className="bg-sunken px-3.5 pb-2">
          {evidence.map(({ field, before, after }) => (
            <p key={field} className="text-ink-2">
              {before === null ? after : `${before} → ${after}`}
            </p>
          ))}
          {!stays && <p className="text-xs text-ink-2">{remedy}</p>}
          {confidence && (
            <p className="text-xs text-ink-2">
              Confidence in cost: {confidence.word}, {confidence.words}.
            </p>
          )}
          <p className="mt-1 flex flex-wrap gap-x-3 text-xs">
            {links.map(({ label, href }) => (
              <PageLink key={href} href={href} className="link min-w-0">
                {label}
              </PageLink>
            ))}
          </p>
        </div>
      </details>
    </li>
  )
}
