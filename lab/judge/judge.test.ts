import { expect, it } from 'vitest'
import type { DetectedEvent, DetectedIncident, EventKind } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { createWorld, parseSimulatorScenario } from '../simulator/index.ts'
import type { GeneratedFault } from './faults.ts'
import { findFaultsOfIncident, judgeSimulatedEstateRun } from './judge.ts'
import { type SimulatedEstateRun, simulateEstateRun } from './play.ts'
import { truthOfPlayed } from './truth.ts'

it.each([2, 5, 13, 101])('nothing that is concluded about the estate of seed %i is wrong', async (seed) => {
  const judgements = judgeSimulatedEstateRun(await simulateEstateRun(seed, 1))
  expect(judgements.filter(({ is }) => is === 'wrong').map(({ detail }) => detail)).toEqual([])
  expect(judgements.filter(({ is }) => is === 'right').length).toBeGreaterThan(10)
})

/** Returns functions that create faults and events at minutes after the begin of a played estate. */
function createHappenings({ start }: SimulatedEstateRun) {
  const at = (minute: number) => start + minute * MS_PER_MINUTE
  const moment = (minute: number) => ({ earliest: at(minute), latest: at(minute) })
  const fault = (from: number, until: number, more: Pick<GeneratedFault, 'what' | 'elements' | 'felt' | 'signs'>) => ({
    ...more,
    from: at(from),
    until: at(until),
    owners: [],
    isGrave: false,
    happenings: [],
  })
  const event = (
    kind: EventKind,
    scope: string,
    subject: string,
    from: number,
    until: number,
    key: string = kind,
  ): DetectedEvent => ({
    key,
    kind,
    scope,
    subject,
    severity: 'major',
    detectedAt: at(from),
    duration: null,
    started: moment(from),
    ended: moment(until),
    evidence: [],
    causes: [],
    flags: [],
    partOf: null,
    incident: 'incident',
  })
  const incident = ({ scope, key, started, detectedAt }: DetectedEvent, endMinute: number): DetectedIncident => ({
    key: 'incident',
    scope,
    root: key,
    severity: 'major',
    members: [],
    closedAt: null,
    started,
    ended: moment(endMinute),
    openedAt: detectedAt,
  })
  return { fault, event, incident }
}

/** Returns a played estate without events, two of its circuits, and the functions of {@link createHappenings}. */
async function simulateTwoCircuits() {
  const run = await simulateEstateRun(2, 1, MS_PER_MINUTE, undefined, false)
  const [one, other] = run.estate.circuits
  if (!one || !other) throw new Error('this estate has two circuits')
  return { run, circuits: [one, other] as const, ...createHappenings(run) }
}

const listJudgedEnds = (run: SimulatedEstateRun) =>
  judgeSimulatedEstateRun(run).flatMap((one) => (one.of === 'end' ? one.is : []))

it.each([
  ['ends with an instance loss in it', 'right', 20],
  ['ends at another time', 'wrong', 15],
] as const)('an incident of a removed connection that %s is judged %s', async (_, is, endMinute) => {
  const run = await simulateEstateRun(2, 1, MS_PER_MINUTE, undefined, false)
  const { fault, event, incident } = createHappenings(run)
  const [{ name = '', instances = [] } = {}] = run.estate.gateways
  const connections = run.estate.circuits.flatMap(({ gateways }) => gateways)
  const connection = connections.find((one) => one.name === name)?.connection ?? ''
  const [instance = ''] = instances
  const removal = event('resource_removed', connection, connection, 8, 8)
  const events = [removal, event('gateway_instance_lost', name, instance, 10, endMinute)]
  const effects = { felt: [`gateway ${name}`], signs: [] }
  const faults = [
    fault(8, 33, { what: 'connection removed', elements: [`connection ${connection}`], ...effects }),
    fault(10, 20, {
      what: 'gateway instance lost',
      elements: [`instance ${instance}`, `gateway ${name}`],
      ...effects,
    }),
  ]
  expect(listJudgedEnds({ ...run, faults, events, incidents: [incident(removal, endMinute)] })).toEqual([is])
})

it.each([
  ['when another circuit has the routes again', 'right', 20.5, 8],
  ['before another circuit has the routes again', 'wrong', 15, 8],
  ['when another circuit is back, although its lost routes are others', 'wrong', 20.5, 3],
] as const)('an incident of a removed connection ends %s: %s', async (_, is, endMinute, lostMinute) => {
  // The circuit ckt-5 of this estate also has the routes of ckt-3. Its routes return less than 30 s after its repair.
  const run = await simulateEstateRun(1250, 1, MS_PER_MINUTE, undefined, false)
  const { fault, event, incident } = createHappenings(run)
  const [name, connection] = ['ergw-1', 'cxn-ergw-1-ckt-3']
  const during = (from: number, until: number) => ({
    at: new Date(run.start + from * MS_PER_MINUTE).toISOString(),
    until: new Date(run.start + until * MS_PER_MINUTE).toISOString(),
  })
  const own = run.estate.circuits.filter((circuit) => circuit.name === 'ckt-3').flatMap(({ gateways }) => gateways)
  const neighbors = own.flatMap((gateway) => Object.values(gateway.neighbors))
  const cut = (circuit: string, from: number, until: number) =>
    (['primary', 'secondary'] as const).map((path) => ({
      op: 'cut-path' as const,
      circuit,
      peering: 'AzurePrivatePeering' as const,
      path,
      ...during(from, until),
    }))
  const happenings = [
    ...cut('ckt-5', 5, 20),
    // This loss changes the route table during the outage, but not the routes of the outage.
    ...cut('ckt-1', 12, 15),
    ...neighbors.map((neighbor) => ({
      op: 'session-loss' as const,
      gateway: name,
      neighbor,
      ...during(8, 33),
    })),
  ]
  const established = new Date(run.start - MS_PER_DAY).toISOString()
  const world = createWorld(parseSimulatorScenario({ ...run.estate.input, established, happenings }), run.start)
  const removal = event('resource_removed', connection, connection, 8, 8)
  const events = [removal, event('no_path', name, 'learned: London / ProvB', lostMinute, endMinute)]
  const faults = [
    fault(8, 33, {
      what: 'connection removed',
      elements: ['circuit ckt-3', `connection ${connection}`],
      felt: ['site dc-3', `gateway ${name}`],
      signs: [{ kinds: ['resource_removed'], scope: connection }],
    }),
  ]
  expect(listJudgedEnds({ ...run, world, faults, events, incidents: [incident(removal, endMinute)] })).toEqual([is])
})

it.each([
  ['with the repeated fault', 'right', 24],
  ['with the first fault', 'wrong', 13],
] as const)('an incident of a fault that is too short for its expected event ends %s: %s', async (_, is, endMinute) => {
  const run = await simulateEstateRun(2, 1, MS_PER_MINUTE, undefined, false)
  const { fault, event, incident } = createHappenings(run)
  const [{ name = '' } = {}] = run.estate.gateways
  const lost = {
    what: 'branch of the hub lost',
    elements: [`gateway ${name}`],
    felt: [],
    signs: [{ kinds: ['connection_down' as const], scope: name, subject: 'conn-branch' }],
  }
  const isolated = event('gateway_isolated', name, name, 8, 13)
  const again = event('gateway_isolated', name, name, 20, 24, 'again')
  const events = [isolated, event('connection_down', name, 'conn-branch', 8, 13), again]
  const faults = [fault(8, 13, lost), fault(20, 24, lost)]
  expect(listJudgedEnds({ ...run, faults, events, incidents: [incident(isolated, endMinute)] })).toEqual([is])
})

it.each([
  ['with the prefix that drew its traffic', 'right', 40],
  ['with a loss of its circuit that was over before', 'wrong', 20],
] as const)('an incident of a learned site whose state changed ends %s: %s', async (_, is, endMinute) => {
  const { run, circuits, fault, event, incident } = await simulateTwoCircuits()
  const [drawing, home] = circuits
  const changed = event('site_state_changed', home.name, `learned: ${home.place} / ${home.provider}`, 25, endMinute)
  const specific = { kinds: ['more_specific' as const], scope: drawing.name }
  const faults = [
    fault(8, 20, { what: 'gateway neighbor lost', elements: [`circuit ${home.name}`], felt: [], signs: [] }),
    fault(25, 40, {
      what: 'more specific',
      elements: [`circuit ${drawing.name}`],
      felt: home.sites.map((site) => `site ${site}`),
      signs: [specific],
    }),
  ]
  const own = { ...run, faults, events: [changed], incidents: [incident(changed, endMinute)] }
  expect(listJudgedEnds(own)).toEqual([is])
})

it.each([
  ['with its last announcement', 'right', 40],
  ['with its first announcement', 'wrong', 20],
] as const)('an incident of a more specific prefix that is announced twice ends %s: %s', async (_, is, endMinute) => {
  const { run, circuits, fault, event, incident } = await simulateTwoCircuits()
  const [drawing, home] = circuits
  const subject = `learned: ${home.place} / ${home.provider}`
  const specific = event('more_specific', drawing.name, '10.10.5.0/24', 8, 20)
  const changed = event('site_state_changed', home.name, subject, 30, 40)
  const lasting = {
    what: 'more specific',
    elements: [`circuit ${drawing.name}`],
    felt: home.sites.map((site) => `site ${site}`),
    signs: [{ kinds: ['more_specific' as const], scope: drawing.name }],
  }
  const faults = [fault(8, 20, lasting), fault(30, 40, lasting)]
  const own = { ...run, faults, events: [specific, changed], incidents: [incident(specific, endMinute)] }
  expect(listJudgedEnds(own)).toEqual([is])
})

it.each([
  ['while its instance is lost for longer', 'right', 40],
  ['while its instance was lost before', 'wrong', 9],
] as const)('a session that is lost without an event %s is judged %s', async (_, is, untilMinute) => {
  const run = await simulateEstateRun(2, 1, MS_PER_MINUTE, undefined, false)
  const { fault } = createHappenings(run)
  const [{ name = '', instances = [] } = {}] = run.estate.gateways
  const [instance = ''] = instances
  const faults = [
    fault(5, untilMinute, { what: 'gateway instance lost', elements: [`instance ${instance}`], felt: [], signs: [] }),
    fault(10, 20, {
      what: 'gateway session lost',
      elements: ['circuit ckt-1'],
      felt: [],
      signs: [{ kinds: ['session_down'], scope: name, subject: `${instance}~10.0.4.4` }],
    }),
  ]
  const judgements = judgeSimulatedEstateRun({ ...run, faults, events: [], incidents: [] })
  expect(judgements.filter(({ of }) => of === 'verdict').at(-1)?.is).toBe(is)
})

it('an incident is not about a fault of its circuit that was over before its events began', async () => {
  const run = await simulateEstateRun(2, 1, MS_PER_MINUTE, undefined, false)
  const { fault, event, incident } = createHappenings(run)
  const [{ name = '' } = {}] = run.estate.circuits
  const of = (what: string) => ({ what, elements: [`circuit ${name}`], felt: [], signs: [] })
  const faults = [fault(8, 20, of('provider deprovisioned')), fault(25, 30, of('connection removed'))]
  const lost = event('path_down', name, 'AzurePrivatePeering/primary', 25, 30)
  const played = { ...run, faults, events: [lost], incidents: [incident(lost, 30)] }
  const found = findFaultsOfIncident(played, incident(lost, 30), truthOfPlayed(played))
  expect(found.map(({ what }) => what)).toEqual(['connection removed'])
})

it.each(['failover', 'site_state_changed'] as const)(
  'a %s of one circuit is no sign of a withdrawal of another',
  async (kind) => {
    const { run, circuits, fault, event } = await simulateTwoCircuits()
    const [one, other] = circuits
    const subject = kind === 'failover' ? `${one.name} > ${other.name}` : `learned: ${other.place} / ${other.provider}`
    const moved = { ...event(kind, one.name, subject, 10, 20), incident: 'disabled' }
    const withdrawn = { ...event('mass_withdraw', other.name, '10.0.4.4', 10, 20), incident: 'withdrawn' }
    const faults = [
      fault(10, 20, { what: 'peering disabled', elements: [`circuit ${one.name}`], felt: [], signs: [] }),
      fault(10, 20, {
        what: 'prefixes withdrawn',
        elements: [`circuit ${other.name}`],
        felt: other.sites.map((site) => `site ${site}`),
        signs: [{ kinds: ['mass_withdraw', kind], scope: '' }],
      }),
    ]
    const judgements = judgeSimulatedEstateRun({ ...run, faults, events: [moved, withdrawn], incidents: [] })
    expect(judgements.filter(({ of }) => of === 'together').map(({ is }) => is)).toEqual(['right'])
  },
)
