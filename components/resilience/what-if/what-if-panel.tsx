import { useRouter } from 'next/navigation'
import { parseAsString, useQueryStates } from 'nuqs'
import { useMemo, useState } from 'react'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { WhatIfResult } from '#lib/resilience/api/index.ts'
import { formatWhatIfSummary } from '#lib/resilience/api/outcome-summary.ts'
import { useEndpointQuery } from '../../data/index.ts'
import { PageLink } from '../../links/page-link.tsx'
import { buildEstateMap } from '../../map/estate-map.ts'
import { MapDrawing } from '../../map/map-drawing.tsx'
import { QueryStateView, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { whatIfChangeKinds, type LossOptionGroup, listLossOptions } from './loss-options.ts'
import { TrafficMoveResult } from '../../circuits/move-result.tsx'
import { N1Panel } from './n1-panel.tsx'
import { N2Panel } from './n2-panel.tsx'
import { OutcomePanels } from './outcome-panels.tsx'
import { useRangeSearch } from '../../links/page-selection-provider.tsx'
import { addPageSelections } from '../../links/page-selection-href.ts'
import {
  type WhatIfScenario,
  splitWhatIfParameter,
  toggleLostResource,
  buildWhatIfHref,
} from '../../links/what-if-href.ts'
import { buildWhatIfMap } from './what-if-map.ts'
import { lossKindLabels } from './what-if-text.ts'

const address = { lose: parseAsString, change: parseAsString }

/**
 * Tab that predicts the effects of failures and configuration changes. The user chooses them on the map or in a list.
 * The URL of the page stores this scenario.
 */
export function WhatIfPanel() {
  const [{ lose: lost, change: changed }] = useQueryStates(address)
  const scenario = useMemo(
    () => ({ lose: splitWhatIfParameter(lost), change: splitWhatIfParameter(changed) }),
    [lost, changed],
  )
  const isAsked = scenario.lose.length + scenario.change.length > 0
  const query = useEndpointQuery('resilience/what-if', {
    lose: scenario.lose.join(','),
    change: scenario.change.join(','),
    rows: 'changed',
  })
  const answer = isAsked ? (query.data?.data ?? null) : null
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <p role="status" className="flex min-h-9 flex-wrap items-baseline gap-x-3">
        <span className="text-xl font-semibold tracking-tight sm:text-2xl">
          {!isAsked ? (
            'Choose what fails'
          ) : answer ? (
            formatWhatIfSummary(answer.prefixes)
          ) : (
            <span className="skeleton inline-block h-7 w-96 max-w-full" />
          )}
        </span>
        {!isAsked && <span className="text-ink-2">Only computed: nothing in Azure is touched.</span>}
      </p>
      <Panel
        title="Failed"
        note={
          <span className="max-sm:hidden">click a circuit, a path or a gateway to fail it, again to restore it</span>
        }
        answer={query.data}
      >
        <Controls scenario={scenario} answer={answer} />
        <Instrument scenario={scenario} answer={answer} />
      </Panel>
      {isAsked && (
        <QueryStateView
          query={query}
          skeleton={
            <Panel title="What happens" flush>
              <SkeletonRows rows={6} />
            </Panel>
          }
        >
          {({ data, covered }) => (
            <>
              {(data.move.hindrances.length > 0 || (data.move.verdict ?? 'unknown') !== 'unknown') && (
                <section aria-label="Will it move">
                  <TrafficMoveResult move={data.move} />
                </section>
              )}
              <OutcomePanels data={data} covered={covered !== false} />
            </>
          )}
        </QueryStateView>
      )}
      <N1Panel isFolded={isAsked} />
      <N2Panel isFolded={isAsked} />
    </div>
  )
}

/**
 * Map of all resources. A click on a resource makes it fail in the scenario, or restores it. Narrow screens show only
 * the list above the map.
 */
function Instrument({ scenario, answer }: { scenario: WhatIfScenario; answer: WhatIfResult | null }) {
  const circuits = useEndpointQuery('circuits').data?.data
  const gateways = useEndpointQuery('gateways').data?.data
  const networks = useEndpointQuery('networks').data?.data
  const declared = useEndpointQuery('declarations').data?.data
  const plain = useMemo(
    () =>
      circuits && gateways
        ? buildEstateMap({
            circuits,
            gateways,
            networks: networks ?? [],
            sites: declared?.sites ?? [],
            learnedSites: declared?.learnedSites ?? [],
          })
        : null,
    [circuits, gateways, networks, declared],
  )
  const map =
    plain &&
    buildWhatIfMap(plain, answer, scenario.lose, (term) =>
      buildWhatIfHref({ ...scenario, lose: toggleLostResource(scenario.lose, term) }),
    )
  return (
    <div className="@container">
      <div className="hidden @min-[52rem]:block">
        {map ? <MapDrawing map={map} /> : <SkeletonRows rows={10} height="3.25rem" />}
      </div>
    </div>
  )
}

function Controls({ scenario, answer }: { scenario: WhatIfScenario; answer: WhatIfResult | null }) {
  const router = useRouter()
  const circuits = useEndpointQuery('circuits').data?.data ?? []
  const gateways = useEndpointQuery('gateways').data?.data ?? []
  const sites = useEndpointQuery('declarations').data?.data.sites ?? []
  const hubs = useEndpointQuery('hubs').data?.data ?? []
  const groups = listLossOptions(circuits, gateways, sites, hubs)
  const clock = useRangeSearch()
  const go = (next: Partial<WhatIfScenario>) =>
    router.push(addPageSelections(buildWhatIfHref({ ...scenario, ...next }), clock), { scroll: false })
  return (
    <div className="mb-3 grid gap-3">
      <div className="flex flex-wrap items-end gap-x-3 gap-y-2">
        <LossSelect groups={groups} onPick={(term) => go({ lose: toggleLostResource(scenario.lose, term) })} />
        <ChangeForm
          circuits={circuits}
          gateways={gateways}
          onAdd={(term) => go({ change: [...scenario.change, term] })}
        />
      </div>
      <ul className="flex flex-wrap gap-1.5 empty:hidden" aria-label="Failed and changed">
        {scenario.lose.map((term) => (
          <Chip
            key={term}
            text={lostText(term, answer, groups)}
            href={buildWhatIfHref({ ...scenario, lose: scenario.lose.filter((one) => one !== term) })}
          />
        ))}
        {scenario.change.map((term) => (
          <Chip
            key={term}
            text={changeText(term, answer)}
            href={buildWhatIfHref({ ...scenario, change: scenario.change.filter((one) => one !== term) })}
          />
        ))}
      </ul>
    </div>
  )
}

/**
 * Returns the name of a failed resource. It comes from the response or, until the response is loaded, from the select
 * list.
 */
function lostText(term: string, answer: WhatIfResult | null, groups: readonly LossOptionGroup[]): string {
  const found = answer?.lost.find((one) => one.term === term)
  if (found) return `${lossKindLabels[found.kind]} ${found.name}`
  return groups.flatMap(({ options }) => options).find(({ value }) => value === term)?.label ?? term
}

function changeText(term: string, answer: WhatIfResult | null): string {
  const found = answer?.changed.find((one) => one.term === term)
  const value = term.split(':').slice(2).join(':')
  return found ? `${found.kind} ${found.name} ${value}` : term
}

function Chip({ text, href }: { text: string; href: string }) {
  return (
    <li>
      <PageLink
        href={href}
        aria-label={`Remove ${text}`}
        className="inline-flex items-center gap-1.5 rounded-md border border-line-strong bg-sunken px-2 py-1 text-xs hover:bg-hover"
      >
        {text}
        <span aria-hidden="true">×</span>
      </PageLink>
    </li>
  )
}

function LossSelect({
  groups,
  onPick,
}: {
  groups: ReturnType<typeof listLossOptions>
  onPick: (term: string) => void
}) {
  return (
    <label className="flex w-64 max-w-full min-w-0 flex-col gap-1">
      <span className="text-xs font-medium text-ink-3">Fail</span>
      <select
        className="h-7 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2 text-xs text-ink"
        value=""
        onChange={({ target }) => target.value && onPick(target.value)}
      >
        <option value="">circuit, gateway, site…</option>
        {groups.map(({ label, options }) => (
          <optgroup key={label} label={label}>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  )
}

function ChangeForm({
  circuits,
  gateways,
  onAdd,
}: {
  circuits: readonly Circuit[]
  gateways: readonly Gateway[]
  onAdd: (term: string) => void
}) {
  const [kind, setKind] = useState<(typeof whatIfChangeKinds)[number]['value']>('prepend')
  const [id, setId] = useState('')
  const [value, setValue] = useState('')
  const own = whatIfChangeKinds.find((one) => one.value === kind) ?? whatIfChangeKinds[0]
  const targets =
    own.of === 'circuit'
      ? circuits.map((one) => ({ value: one.id, label: one.name }))
      : gateways.flatMap(({ connections, name }) =>
          connections.map((one) => ({ value: one.id, label: `${one.name} (${name})` })),
        )
  const target = targets.some((one) => one.value === id) ? id : (targets[0]?.value ?? '')
  const add = () => {
    if (value.trim() === '' || target === '') return
    onAdd(`${kind}:${target}:${value.trim()}`)
    setValue('')
  }
  return (
    <form
      className="flex flex-wrap items-end gap-x-3 gap-y-2"
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <SelectField
        label="Or change"
        className="w-32"
        options={whatIfChangeKinds.map((one) => ({ value: one.value, label: one.label }))}
        value={kind}
        onChange={(event) => setKind(event.target.value as typeof kind)}
      />
      <SelectField
        label={own.of === 'circuit' ? 'Circuit' : 'Connection'}
        className="w-44"
        options={targets}
        value={target}
        onChange={(event) => setId(event.target.value)}
      />
      <TextField label={own.unit} className="w-32" value={value} onChange={(event) => setValue(event.target.value)} />
      <Button type="submit" disabled={value.trim() === '' || target === ''}>
        Add
      </Button>
    </form>
  )
}
