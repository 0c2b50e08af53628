import { isNearlyFull } from '#lib/contract/checks/nearly-full.ts'
import { type Gateway, type GatewayLoad, peakMetricNames } from '#lib/gateways/api/index.ts'
import { useQuery } from '@tanstack/react-query'
import { createEndpointQuery, useEndpointQuery } from '../data/index.ts'
import { formatFractionAsPercent } from '../format/quantity.ts'
import { CompareToggle, useIsComparing } from '../time/compare-toggle.tsx'
import { computeRangeWeekBefore } from '../time/time-range.ts'
import { useTimeRange } from '../time/use-time-range.ts'
import { QueryStateView, EmptyNote } from '../ui/answer-view.tsx'
import { PercentBar } from '../ui/facts/share-bar.tsx'
import { Panel } from '../ui/panel.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { AgeText, MomentText } from '../ui/times/time.tsx'
import { formatGatewaySku } from './gateway-text.ts'
import { GatewayLoadChart, gatewayLoadTitles } from './load-chart.tsx'
import { gatewayLoadFormatters } from './load-series.ts'

/**
 * Panel with the present and past load of a gateway compared with the limits of its SKU, from the metrics of Azure
 * Monitor.
 */
export function GatewayLoadPanel({ gateway: { id, name, load, sku } }: { gateway: Gateway }) {
  const { range } = useTimeRange()
  const series = useEndpointQuery('gateways/{id}/load', { id, from: range.from, to: range.to })
  const isCompared = useIsComparing()
  const past = computeRangeWeekBefore(range, useRealNow(60_000))
  const before = useQuery({ ...createEndpointQuery('gateways/{id}/load', { id, ...past }), enabled: isCompared })
  const metricsBefore = isCompared ? before.data?.data.metrics : undefined
  const now = new Map(load?.map((one) => [one.name, one]))
  return (
    <Panel
      id="load"
      title="Load"
      note={`against the limits of ${formatGatewaySku(sku) ?? 'its SKU'}, in the time range above`}
      answer={series.data}
      aside={<CompareToggle />}
    >
      <QueryStateView query={series} skeleton={<div className="skeleton h-[33rem]" />}>
        {({ data, asOf }) =>
          data.metrics.length === 0 ? (
            <EmptyNote title="No load data in this time range">
              Azure Monitor reported none of this gateway’s metrics. Choose another time range.
            </EmptyNote>
          ) : (
            <>
              {data.keptFrom > data.from && (
                <p className="mb-2 text-xs text-ink-3">
                  Samples are kept since <MomentText at={data.keptFrom} />.
                </p>
              )}
              <div className="grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-5 lg:grid-cols-2">
                {data.metrics.map((metric) => (
                  <div key={metric.name} className="min-w-0">
                    <LoadMeter name={metric.name} load={now.get(metric.name)} />
                    <GatewayLoadChart
                      gateway={name}
                      series={data}
                      metric={metric}
                      metricBefore={metricsBefore?.find((one) => one.name === metric.name)}
                      asOf={Date.parse(asOf)}
                      range={range}
                    />
                  </div>
                ))}
                {peakMetricNames.map(
                  (peak) => now.has(peak) && <LoadMeter key={peak} name={peak} load={now.get(peak)} />,
                )}
              </div>
            </>
          )
        }
      </QueryStateView>
    </Panel>
  )
}

/** Shows the newest value of a load metric as a number and a bar. `load` is undefined if there is no recent value. */
function LoadMeter({ name, load }: { name: GatewayLoad['name']; load: GatewayLoad | undefined }) {
  const write = gatewayLoadFormatters[name]
  const share = load?.share ?? null
  return (
    <div className="mb-2">
      <h3 className="flex flex-wrap items-baseline gap-x-2 text-xs">
        <span className="font-medium">{gatewayLoadTitles[name]}</span>
        {load && <span className="font-mono text-sm">{write(load.value)}</span>}
        {load && (
          <span className="text-ink-3">
            <AgeText at={load.at} />
          </span>
        )}
        <span className="ml-auto text-xs text-ink-3">
          {load && share !== null && load.limit !== null
            ? `${nearness(share)}${name === 'cpu' ? '' : `${formatFractionAsPercent(share)} `}of ${write(load.limit)}`
            : load
              ? name === 'flowsCreated'
                ? 'Azure documents no limit'
                : 'limit of this SKU unknown'
              : 'no recent value'}
        </span>
      </h3>
      <PercentBar share={share} className="mt-1" />
    </div>
  )
}

function nearness(share: number): string {
  if (share > 1) return 'OVER: '
  return isNearlyFull(share) ? 'CLOSE: ' : ''
}
