import { expect, it } from 'vitest'
import type { DetectedEvent, DetectedIncident, EventKind } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { GeneratedFault } from './faults.ts'
import { judgeSimulatedEstateRun } from './judge.ts'
import { simulateEstateRun } from './play.ts'

it.each([2, 5, 13, 101])('nothing that is concluded about the estate of seed %i is wrong', async (seed) => {
  const judgements = judgeSimulatedEstateRun(await simulateEstateRun(seed, 1))
  expect(judgements.filter(({ is }) => is === 'wrong').map(({ detail }) => detail)).toEqual([])
  expect(judgements.filter(({ is }) => is === 'right').length).toBeGreaterThan(10)
})

it.each([
  ['ends with an instance loss in it', 'right', 20],
  ['ends at another time', 'wrong', 15],
] as const)('an incident of a removed connection that %s is judged %s', async (_, is, endMinute) => {
  const run = await simulateEstateRun(2, 1, MS_PER_MINUTE, undefined, false)
  const { circuits, gateways } = run.estate
  const [{ name = '', instances = [] } = {}] = gateways
  const connection = circuits.flatMap((one) => one.gateways).find((one) => one.name === name)?.connection ?? ''
  const [instance = ''] = instances
  const at = (minute: number) => run.start + minute * MS_PER_MINUTE
  const fault = (what: string, elements: string[], from: number, until: number): GeneratedFault => ({
    what,
    elements,
    from: at(from),
    until: at(until),
    owners: [],
    felt: [`gateway ${name}`],
    signs: [],
    isGrave: false,
    happenings: [],
  })
  const event = (kind: EventKind, scope: string, subject: string, from: number, until: number): DetectedEvent => ({
    key: kind,
    kind,
    scope,
    subject,
    severity: 'major',
    detectedAt: at(from),
    duration: null,
    started: { earliest: at(from), latest: at(from) },
    ended: { earliest: at(until), latest: at(until) },
    evidence: [],
    causes: [],
    flags: [],
    partOf: null,
    incident: 'incident',
  })
  const removal = event('resource_removed', connection, connection, 8, 8)
  const events = [removal, event('gateway_instance_lost', name, instance, 10, endMinute)]
  const incident: DetectedIncident = {
    key: 'incident',
    scope: connection,
    root: removal.key,
    severity: 'major',
    members: [],
    closedAt: null,
    started: removal.started,
    ended: { earliest: at(endMinute), latest: at(endMinute) },
    openedAt: at(8),
  }
  const faults = [
    fault('connection removed', [`connection ${connection}`], 8, 33),
    fault('gateway instance lost', [`instance ${instance}`, `gateway ${name}`], 10, 20),
  ]
  const judged = judgeSimulatedEstateRun({ ...run, faults, events, incidents: [incident] })
  expect(judged.filter((one) => one.of === 'end').map((one) => one.is)).toEqual([is])
})
