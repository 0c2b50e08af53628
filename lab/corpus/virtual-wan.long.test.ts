import { expect, it } from 'vitest'
import { corpusScenarios } from './corpus.ts'
import { compareOnVirtualWan, formatComparison, type VirtualWanComparison, rebuildOnVirtualWan } from './virtual-wan.ts'

const EVERY_MS = 300_000
const WANTED = 45

/** Scenarios with a VPN gateway, then every seventh of the others. */
function pickScenarios() {
  const all = corpusScenarios.flatMap((scenario) => {
    const rebuilt = rebuildOnVirtualWan(scenario)
    return rebuilt ? [{ scenario, rebuilt }] : []
  })
  const [vpn, others] = [true, false].map((has) => all.filter(({ scenario }) => /v/i.test(scenario.topology) === has))
  return [...(vpn ?? []), ...(others ?? []).filter((_, n) => n % 7 === 0)].slice(0, WANTED)
}

it(`finds the same events on Virtual WAN in ${WANTED} scenarios, and no false ones`, async () => {
  const compared: VirtualWanComparison[] = []
  for (const { scenario, rebuilt } of pickScenarios())
    compared.push(await compareOnVirtualWan(scenario, rebuilt, EVERY_MS))
  console.info(formatComparison(compared))
  expect(compared).toHaveLength(WANTED)
  const said = (events: VirtualWanComparison['missed'], id: string) =>
    events.map(({ kind, scope, subject }) => `${id} ${kind} ${scope} ${subject}`)
  expect(compared.flatMap(({ scenario, missed }) => said(missed, scenario))).toEqual([])
  expect(compared.flatMap(({ scenario, falseEvents }) => said(falseEvents, scenario))).toEqual([])
}, 1_800_000)
