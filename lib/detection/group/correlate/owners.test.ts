import { describe, expect, it } from 'vitest'
import { circuitPaths } from '#lib/contract/index.ts'
import { createThreeCircuitEstate } from '../../testing/estates.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import type { TestTimelineChange } from '#lib/poller/memory/testing/timeline.ts'
import { endSimulatedCustomerSession, endSimulatedNeighborSessions } from '../../testing/happenings.ts'

/** Two circuits at one location and on one gateway. */
const CIRCUITS = ['ckt-lon', 'ckt-lon2']
const bothFall: TestTimelineChange[] = CIRCUITS.flatMap((circuit) =>
  circuitPaths.map(
    (path): TestTimelineChange => ({
      at: '10:00:30',
      do: (world) => endSimulatedCustomerSession(world, circuit, path),
    }),
  ),
)
const bothLosePeers: TestTimelineChange[] = ['10.0.4.4', '10.0.4.8'].map(
  (neighbor): TestTimelineChange => ({ at: '10:00:30', do: (world) => endSimulatedNeighborSessions(world, neighbor) }),
)

const NOBODY: Record<string, string[]> = {}
const ONE = { Contoso: CIRCUITS }
const TWO = { Contoso: ['ckt-lon', 'ckt-ams'], Fabrikam: ['ckt-lon2'] }

/** Returns the scopes of each incident, and how many circuits its explanations count. */
async function incidentsOf(customers: Record<string, string[]>, truth: TestTimelineChange[]) {
  const world = () => {
    const made = createThreeCircuitEstate()
    Object.assign(made.customers, customers)
    return made
  }
  const engine = await runTestTimeline({ world, from: '9:50', to: '10:06', truth })
  return engine.incidents.map(({ members, explainedBy = [] }) => ({
    about: [
      ...new Set(members.flatMap((key) => engine.event(key) ?? []).map(({ scope, subject }) => `${scope} ${subject}`)),
    ],
    of: explainedBy.map((explanation) => explanation.members.total),
  }))
}

describe('two circuits on one hub that fail together', () => {
  it.each([NOBODY, ONE])('are one incident while no two customers have them: %j', async (customers) => {
    const [incident, ...others] = await incidentsOf(customers, bothFall)
    expect(others).toEqual([])
    expect(new Set(incident?.about.map((text) => text.split(' ')[0]))).toEqual(new Set(CIRCUITS))
    expect(incident?.of).toEqual([2])
  })

  it('are an incident of each customer, which nothing of the other explains', async () => {
    const incidents = await incidentsOf(TWO, bothFall)
    expect(incidents.map(({ about, of }) => [new Set(about.map((text) => text.split(' ')[0])), of])).toEqual([
      [new Set(['ckt-lon']), []],
      [new Set(['ckt-lon2']), []],
    ])
  })
})

describe('two neighbors of one gateway that are lost together', () => {
  it('are one incident while no two customers have them', async () => {
    const incidents = await incidentsOf(NOBODY, bothLosePeers)
    expect(incidents.map(({ about }) => about)).toEqual([['ergw-hub 10.0.4.4', 'ergw-hub 10.0.4.8']])
  })

  it('are incidents of the customers whose circuits they are', async () => {
    const incidents = await incidentsOf(TWO, bothLosePeers)
    expect(incidents.map(({ about }) => about)).toEqual([['ergw-hub 10.0.4.4'], ['ergw-hub 10.0.4.8']])
  })
})
