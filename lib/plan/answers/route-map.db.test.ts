import { beforeAll, expect, it } from 'vitest'
import { allApiCommands } from '#lib/api/index.ts'
import type { ResourceRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createCircuitRow, createTestPollRecorder } from '#lib/questions/testing/record-feed.ts'
import { findPlanFindings, mergePlanThresholds } from '../api/plan-findings.ts'
import { readPlan } from '../api/file/read-plan.ts'
import { checkPlan } from './check-plan.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)
const [, , SUBSCRIPTION = ''] = createCircuitRow('ckt').resourceId.split('/')
const idOf = (hub: string) =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-edge/providers/Microsoft.Network/virtualHubs/${hub}`
const listed = (resourceId: string, type: string, properties: object): ResourceRow => ({
  resourceId,
  type: `microsoft.network/${type}`,
  name: resourceId.split('/').at(-1) ?? '',
  subscriptionId: SUBSCRIPTION,
  resourceGroup: 'rg-edge',
  location: 'uksouth',
  config: { properties },
})

beforeAll(() =>
  createTestPollRecorder(db).inventory(T, [
    createCircuitRow('ckt'),
    listed(idOf('rs-plain'), 'virtualhubs', {}),
    listed(idOf('rs-named'), 'virtualhubs', { routeMaps: [{ id: `${idOf('rs-named')}/routeMaps/rm-old` }] }),
    listed(idOf('rs-listed'), 'virtualhubs', {}),
    listed(`${idOf('rs-listed')}/routeMaps/rm-old`, 'virtualhubs/routemaps', {}),
    listed(idOf('hub'), 'virtualhubs', { virtualWan: { id: `${idOf('hub')}/wan` } }),
  ]),
)

it.each([
  ['the first one of a Route Server', 'rs-plain', 1],
  ['a further one of a Route Server that names one', 'rs-named', 0],
  ['a further one of a Route Server of which one is listed', 'rs-listed', 0],
  ['the first one of a hub', 'hub', 0],
])('a plan with a new route map warns if it is the first one of a Route Server: %s', async (_, hub, held) => {
  const plan = readPlan(JSON.stringify([{ add: { resource: idOf(hub), routeMap: 'rm-new' } }]))
  const terms = plan.terms.map(({ term }) => term)
  const body = allApiCommands.checkPlan.body.parse({ terms })
  const { data } = await checkPlan(db, body, { rights: new Set(['read']) }, T + 30_000)
  const answer = allApiCommands.checkPlan.response.shape.data.parse(data)
  expect(answer.terms).toMatchObject([{ words: `${hub} gains the route map rm-new`, name: hub }])
  expect(answer.unknown).toContainEqual({
    term: 0,
    why: 'the effect of the route map rm-new on routes is not modelled',
  })
  expect(answer.downtime).toMatchObject([{ term: 0, comesBack: true }])
  expect(answer.downtime.filter(({ heldSeconds }) => heldSeconds === 26 * 60)).toHaveLength(held)
  const findings = findPlanFindings(plan, answer, mergePlanThresholds({}))
  expect(findings.filter(({ rule }) => rule === 'held').map(({ level }) => level)).toEqual(held === 1 ? ['warn'] : [])
})
