import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { estateMetrics } from './estate-metric-catalogue.ts'

const ROOT = path.resolve(import.meta.dirname, '../../../..')

/** Metrics of the endpoint besides the estate that dashboard and rules use. */
const OTHERS = [
  'peerwatch_newest_poll_age_seconds',
  'peerwatch_alert_evaluator_lease_age_seconds',
  'peerwatch_metrics_omitted_series',
  'peerwatch_worker_polls_total',
  'peerwatch_otlp_exports_total',
  'peerwatch_slo_objective_ratio',
  'peerwatch_slo_achieved_ratio',
  'peerwatch_slo_error_budget_remaining_ratio',
  'peerwatch_slo_measured_ratio',
  'peerwatch_slo_burn_rate',
  'peerwatch_poll_duration_seconds_bucket',
  'peerwatch_database_up',
  'peerwatch_estate_read',
  'peerwatch_sources',
  'peerwatch_polls',
]

const exported = new Set([
  ...OTHERS,
  ...Object.entries(estateMetrics).map(([name, { type }]) => {
    if (type === 'counter') return `${name}_total`
    return type === 'info' ? `${name}_info` : name
  }),
])

it.each(['integrations/prometheus/peerwatch.rules.yml', 'integrations/grafana/peerwatch.json', 'docs/prometheus.md'])(
  '%s names metrics that there are',
  (file) => {
    const named = readFileSync(path.join(ROOT, file), 'utf8').match(/\bpeerwatch_[a-z_]+\b/g) ?? []
    expect(named.length).toBeGreaterThan(5)
    expect([...new Set(named)].filter((name) => !exported.has(name))).toEqual([])
  },
)
