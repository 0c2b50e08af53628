import { expect, it } from 'vitest'
import {
  formatMetricFamilies,
  chooseExpositionType,
  type MetricFamily,
  OPENMETRICS_TYPE,
  PROMETHEUS_TEXT_TYPE,
} from './metrics-exposition.ts'

const families: MetricFamily[] = [
  {
    name: 'up',
    help: 'Whether\nit is "up"',
    type: 'gauge',
    samples: [{ labels: { name: 'a"b\\c\nd', path: null }, value: 1 }],
  },
  { name: 'polls', help: 'Polls', type: 'counter', samples: [{ labels: { process: 'web' }, value: 2 }] },
  { name: 'none', help: 'Nothing', type: 'gauge', samples: [] },
  { name: 'circuit', help: 'A circuit', type: 'info', samples: [{ labels: { tier: 'Premium' }, value: 1 }] },
  {
    name: 'polls',
    help: 'Polls',
    type: 'counter',
    samples: [{ labels: { process: 'worker' }, value: Number.POSITIVE_INFINITY }],
  },
]

it('is the text format of Prometheus, each family once', () => {
  expect(formatMetricFamilies(families)).toBe(
    `# HELP up Whether\\nit is "up"
# TYPE up gauge
up{name="a\\"b\\\\c\\nd"} 1
# HELP polls_total Polls
# TYPE polls_total counter
polls_total{process="web"} 2
polls_total{process="worker"} +Inf
# HELP circuit_info A circuit
# TYPE circuit_info gauge
circuit_info{tier="Premium"} 1
`,
  )
})

it('is OpenMetrics where that is asked for', () => {
  const text = formatMetricFamilies(
    families,
    chooseExpositionType('application/openmetrics-text;version=1.0.0,text/plain;q=0.5'),
  )
  expect(text).toContain('# TYPE polls counter\npolls_total{process="web"} 2\n')
  expect(text).toContain('# TYPE circuit info\ncircuit_info{tier="Premium"} 1\n')
  expect(text).toMatch(/\\"up\\"[\s\S]*\n# EOF\n$/)
})

it.each([
  [null, PROMETHEUS_TEXT_TYPE],
  ['*/*', PROMETHEUS_TEXT_TYPE],
  ['application/openmetrics-text', OPENMETRICS_TYPE],
])('%s asks for %s', (accept, type) => {
  expect(chooseExpositionType(accept)).toBe(type)
})
