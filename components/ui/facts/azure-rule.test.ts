import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type AzureDocumentedRuleId,
  azureDocumentedRules,
  azureRuleByFailover,
  azureRuleByEventKind,
} from '#lib/contract/index.ts'

const COMPONENTS = path.resolve(import.meta.dirname, '../..')
const screens = readdirSync(COMPONENTS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tsx') && !name.includes('.test.'))
  .map((name) => ({ name, text: readFileSync(path.join(COMPONENTS, name), 'utf8') }))

const rules = Object.entries(azureDocumentedRules)
/** Rules that a screen looks up by event kind or by failover class. */
const byData = new Set<AzureDocumentedRuleId | null>([
  ...Object.values(azureRuleByEventKind),
  ...Object.values(azureRuleByFailover),
])
const namedBy = (rule: string) => screens.filter(({ text }) => text.includes(`rule="${rule}"`))

describe('rules of Azure on screens', () => {
  it.each(rules)('%s has a sentence, and a page of Azure that documents it', (_, { states, source }) => {
    expect(states).toMatch(/^[A-Z].{20,}[.]$/)
    expect(new URL(source)).toMatchObject({ protocol: 'https:', hostname: 'learn.microsoft.com' })
  })

  it.each(rules)('%s is on a screen', (rule) => {
    expect(byData.has(rule as AzureDocumentedRuleId) || namedBy(rule).length > 0).toBe(true)
  })

  it('have their addresses in the record alone', () => {
    expect(screens.length).toBeGreaterThan(100)
    expect(screens.filter(({ text }) => text.includes('learn.microsoft.com')).map(({ name }) => name)).toEqual([])
  })

  it.each([
    ['circuits/path-poll-values.tsx', 'prefix_limits'],
    ['circuits/peerings.tsx', 'reserved_asns'],
    ['circuits/peerings.tsx', 'route_filters'],
    ['circuits/qos-panel.tsx', 'qos'],
    ['circuits/circuit-current-state.tsx', 'peering_backup'],
    ['hubs/hub-peers.tsx', 'reserved_asns'],
    ['cost/options-panel.tsx', 'plan_changes'],
    ['cost/what-if-panel.tsx', 'plan_changes'],
    ['routes/lookup/lookup-panel.tsx', 'route_selection'],
  ])('%s links %s', (name, rule) => {
    expect(namedBy(rule).map((screen) => screen.name)).toContain(name)
  })

  // their sources are part of each row from the API
  it.each([
    'resource-page/limits-panel.tsx',
    'resilience/check-detail.tsx',
    'networks/findings.tsx',
    'gateways/connections.tsx',
  ])('%s links the source of each row', (name) => {
    expect(screens.find((screen) => screen.name === name)?.text).toContain('href={source}')
  })
})
