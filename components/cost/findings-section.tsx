'use client'

import type { CostFinding } from '#lib/contract/index.ts'
import { findingTitle } from '#lib/contract/vocabulary.ts'
import { useEndpoint } from '../data/index.ts'
import { plural } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { Between, Moment } from '../ui/time.tsx'
import { bandWords, formatMoney } from './money-words.ts'

/** What checks of cost found and still find. They are no incidents: nothing has failed, and nobody is at fault. */
export function FindingsSection({ customer }: { customer: string | null }) {
  const query = useEndpoint('cost/findings', { state: 'open', customer })
  return (
    <Panel id="findings" title="Findings" note="checked each hour" className="print:hidden">
      <AnswerView query={query} skeleton={<SkeletonRows rows={3} />}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="No findings">
              Break-even, cheaper options, budgets, surges and unused capacity are checked each hour.
            </Empty>
          ) : (
            <>
              <p className="mb-3 text-xs text-ink-2">{plural(data.length, 'open finding')}, newest first</p>
              <ul className="grid gap-x-6 gap-y-4 lg:grid-cols-2">
                {data.map((finding) => (
                  <Finding key={finding.id} finding={finding} />
                ))}
              </ul>
            </>
          )
        }
      </AnswerView>
    </Panel>
  )
}

const BEFORE_MONITORING = new Date(0).toISOString()

function Finding({ finding }: { finding: CostFinding }) {
  const { customer, startedBetween, evidence, amounts, remedy, links } = finding
  const [earliest, latest] = startedBetween
  const { cost, saving } = amounts
  return (
    <li className="min-w-0 break-words">
      <h3 className="font-medium">{findingTitle(finding)}</h3>
      <p className="text-xs text-ink-3">
        {customer && `${customer} · `}
        {earliest === BEFORE_MONITORING ? (
          <>
            before <Moment at={latest} />
          </>
        ) : (
          <Between bounds={startedBetween} />
        )}
      </p>
      {evidence.map(({ field, before, after }) => (
        <p key={field} className="text-ink-2">
          {before === null ? after : `${before} → ${after}`}
        </p>
      ))}
      {(cost || saving) && (
        <p>
          {cost && bandWords(cost)}
          {saving && Number(saving.p50.amount) > 0 && (
            <span className="text-ink-2">
              {cost && ', '}
              {formatMoney(saving.p50)} less a month with the remedy
            </span>
          )}
        </p>
      )}
      <p className="text-xs text-ink-2">{remedy}</p>
      <p className="mt-1 flex flex-wrap gap-x-3 text-xs">
        {links.map(({ label, href }) => (
          <PageLink key={href} href={href} className="link min-w-0">
            {label}
          </PageLink>
        ))}
      </p>
    </li>
  )
}
