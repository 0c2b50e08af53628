import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, parseSimulatorScenario } from '#lab/simulator/index.ts'
import { builtInEstateScenario } from '#lab/simulator/scenarios/estate.ts'
import { startNetworkTwin } from './twin/running-twin.ts'
import { planTwinActions } from './twin/twin-actions.ts'
import { buildNetworkTwin } from './twin/twin-plan.ts'
import { readSimulatedRouteTablesAt } from '#lab/what-if/simulated-tables.ts'
import { allApiCommands } from '#lib/api/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { computeShortId } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import type { PlanRehearsalInput } from '#lib/plan/api/index.ts'
import { readPlanRehearsalInput, toRehearsedTable } from '#lib/plan/answers/rehearsal.ts'
import { readPlan } from '#lib/plan/api/file/read-plan.ts'
import { PLANNED_AT as now, recordTestEstateForPlans } from '#lib/plan/testing/planned-estate.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { waitUntilTrue } from '#lib/poller/testing/lab.ts'
import { circuitId } from '#lib/questions/testing/record-feed.ts'
import { getOutlook, refreshOutlook } from '#lib/resilience/answers/index.ts'
import {
  splitTableIntoAtoms,
  EMPTY_WHAT_IF_FAILURE,
  computeWhatIfRows,
  createWhatIfRib,
} from '#lib/resilience/rules/index.ts'
import { rehearsePlanOnRouterTwins } from './rehearse.ts'
import { formatPlanRehearsalResult } from './report.ts'

const db = withTestDatabase()
const folder = path.resolve(import.meta.dirname, '../../../lib/plan/testdata')
const { signal } = new AbortController()
const [lon, ams] = ['ckt-lon', 'ckt-ams'].map((name) => computeShortId(circuitId(name))) as [string, string]

beforeAll(() => recordTestEstateForPlans(db))

/** Returns the rehearsal data as an API client gets it. */
async function asked(body: object): Promise<PlanRehearsalInput> {
  const { data } = await readPlanRehearsalInput(db, allApiCommands.readRehearsal.body.parse(body), now)
  return allApiCommands.readRehearsal.response.shape.data.parse(JSON.parse(JSON.stringify(data)))
}

/**
 * Prefixes that change their path on the routers, by plan, derived by hand from the estate's tables. Null = the plan is
 * refused.
 */
const PLANS: Record<string, { moved: string[]; gained?: string[] } | null> = {
  '01-weight.tfplan.json': { moved: ['azure 10.1.0.0/16 ckt-ams'] },
  '02-weight-of-the-best.whatif.json': { moved: [] },
  '03-prepend.json': { moved: ['azure 10.1.0.0/16 ckt-ams'] },
  '04-withdraw-the-only.json': { moved: ['azure 10.2.0.0/16 nowhere'] },
  '05-withdraw.json': { moved: ['azure 10.1.0.0/16 ckt-ams'] },
  '06-withdraw-what-nobody-announces.json': null,
  '07-bandwidth.tfplan.json': { moved: [] },
  '08-bandwidth-down.whatif.json': null,
  '09-unlimited.tfplan.json': { moved: [] },
  '10-premium.whatif.json': { moved: [] },
  '11-peering-deleted.tfplan.json': {
    moved: ['azure 10.1.0.0/16 ckt-ams', 'azure 10.2.0.0/16 nowhere', 'onprem 10.0.0.0/16 ckt-ams'],
  },
  '12-peering-off.whatif.json': { moved: ['azure 10.9.0.0/16 nowhere', 'onprem 10.0.0.0/16 ckt-lon'] },
  '13-circuit-deleted.tfplan.json': { moved: ['azure 10.9.0.0/16 nowhere', 'onprem 10.0.0.0/16 ckt-lon'] },
  '14-connection-deleted.tfplan.json': {
    moved: ['azure 10.1.0.0/16 ckt-ams', 'azure 10.2.0.0/16 nowhere', 'onprem 10.0.0.0/16 ckt-ams'],
  },
  '15-gateway-larger.tfplan.json': { moved: [] },
  // Azure refuses this change in place, so it is not carried out
  '16-gateway-without-zones.whatif.json': null,
  '17-spoke.tfplan.json': { moved: [], gained: ['10.50.0.0/16'] },
  '18-spoke-that-overlaps.whatif.json': { moved: [], gained: ['10.2.7.0/24'] },
  '19-filter.whatif.json': null,
  '20-unknown.tfplan.json': null,
}

describe('twenty plans on real routers', () => {
  let right = 0

  it.each(readdirSync(folder).toSorted())('%s', async (file) => {
    const plan = readPlan(readFileSync(path.join(folder, file), 'utf8'))
    const data = await asked({ terms: plan.terms.map(({ term }) => term) })
    const { state, refused, result, names } = await rehearsePlanOnRouterTwins(data, plan, { signal, quietSeconds: 2 })
    const expected = PLANS[file]
    if (expected === null) {
      expect({ state, result }).toEqual({ state: 'unknown', result: null })
      expect(refused).not.toEqual([])
    } else {
      const moved = result?.moved.map(({ side, prefix, routers }) => {
        const by = [...new Set(routers?.hops.map((hop) => names[hop.split(' ')[0] ?? '']))].join('+')
        return `${side} ${prefix} ${by || 'nowhere'}`
      })
      const gained = result?.gained.map(({ prefix, isPlanned }) => (isPlanned ? prefix : `${prefix} by nobody`))
      expect({ moved, gained }).toEqual({ gained: [], ...expected })
      expect(result?.before).toEqual({ compared: 4, differences: [] })
      expect(result?.after).toEqual({ compared: 4, differences: [] })
      expect({ state, refused }).toEqual({ state: 'ok', refused: [] })
    }
    right += 1
  })

  it('come out as predicted', () => {
    process.stdout.write(`plans on real routers: ${right} of ${Object.keys(PLANS).length} as predicted\n`)
    expect(right).toBe(Object.keys(PLANS).length)
  })
})

describe('a loss on real routers', () => {
  it('is said in words, and a prediction that is wrong shows', async () => {
    const data = await asked({ lose: `${lon}/primary,${ams}` })
    const report = await rehearsePlanOnRouterTwins(data, null, { signal, quietSeconds: 2 })
    expect(report).toMatchObject({ state: 'ok', done: ['ckt-lon primary is lost', 'ckt-ams is lost'] })
    expect(formatPlanRehearsalResult({ ...report, bird: '2', isOld: false }).split('\n')).toEqual(
      expect.arrayContaining([
        'As predicted: 4 of 4',
        '  azure 10.1.0.0/16 at ergw: by 10.1.0.0/16 over ckt-lon secondary',
        '  azure 10.9.0.0/16 at ergw: nowhere',
      ]),
    )
    const wrong = await rehearsePlanOnRouterTwins({ ...data, acts: data.acts.slice(1) }, null, {
      signal,
      quietSeconds: 2,
    })
    expect(wrong.state).toBe('critical')
    expect(formatPlanRehearsalResult({ ...wrong, bird: '2', isOld: false })).toContain(
      'model by 10.1.0.0/16 over ckt-lon secondary; routers',
    )
  })
})

describe('a loss that nobody notices at first', () => {
  it('leaves routes to what is lost until the hold time is over', async () => {
    const data = await asked({ lose: `${lon}` })
    const { state, result } = await rehearsePlanOnRouterTwins(data, null, { signal, isSilent: true })
    expect(result?.seconds.some(({ elsewhere }) => elsewhere > 0)).toBe(true)
    expect(state).toBe('ok')
    expect(result?.after).toEqual({ compared: 4, differences: [] })
  })
})

describe('a larger estate', () => {
  it('goes as recorded, over circuits and a VPN, and as predicted without a gateway', async () => {
    const world = createWorld(parseSimulatorScenario({ ...builtInEstateScenario, happenings: [] }), now)
    const gateway = 'ergw-hub'
    const failure = { ...EMPTY_WHAT_IF_FAILURE, gateways: new Set([gateway]) }
    const words = { siteOf: () => null, nameOf: (id: string) => id }
    const tables = readSimulatedRouteTablesAt(world, now + 60_000).map((one) => ({
      ...toRehearsedTable(one),
      rows: computeWhatIfRows(createWhatIfRib(splitTableIntoAtoms(one)), failure, words),
    }))
    const data = { ...(await asked({})), tables, acts: [{ kind: 'lose_gateway' as const, gateway }] }
    const { result } = await rehearsePlanOnRouterTwins(data, null, { signal })
    expect(result?.before).toEqual({ compared: 42, differences: [] })
    expect(result?.after).toEqual({ compared: 42, differences: [] })
    expect(result?.routers).toBe(46)
    expect(result?.moved.length).toBeGreaterThan(5)
    expect(result?.notPlayed).toEqual([{ why: 'IPv6', prefixes: ['fd00:10::/32', 'fd00:20::/32'] }])
  })
})

const hours = (n: number) => new Date(now + n * MS_PER_HOUR).toISOString()
const work = (id: string, from: number, to: number, scope: string, paths: ('primary' | 'secondary')[]) => ({
  id,
  title: id,
  from: hours(from),
  to: hours(to),
  recurrence: null,
  scopes: [scope],
  paths,
  note: '',
})

describe('windows that overlap, on real routers', () => {
  it('strand in each interval what the weeks ahead say', async () => {
    const maintenance = [
      work('lon', 20, 24, lon, []),
      work('ams-1', 21, 25, ams, ['primary']),
      work('ams-2', 23, 26, ams, ['secondary']),
    ]
    await db.transaction((client) =>
      saveDeclarationsAsNewVersion(client, { maintenance }, { by: 'test', expected: null }),
    )
    await refreshOutlook(db, [], { now: () => now, signal, share: 1 })
    const { data } = await getOutlook(db, {}, now)
    const takenBy = new Map(data.windows.map(({ id, takes }) => [id, takes.map(({ term }) => term).join(',')]))
    const whole = await asked({ lose: [...takenBy.values()].join(',') })
    const twin = buildNetworkTwin(whole)
    const acts = new Map<string, ReturnType<typeof planTwinActions>>()
    for (const [id, lose] of takenBy) acts.set(id, planTwinActions(twin, (await asked({ lose })).acts))
    const running = await startNetworkTwin(twin)
    try {
      const lost = async () => {
        const tables = await running.read()
        const gone = whole.tables.flatMap(({ rows }, n) =>
          rows.flatMap(({ prefix, firstAddress }) => (tables[n]?.taken(firstAddress) ? [] : [prefix])),
        )
        return gone.toSorted()
      }
      const settled = async (wanted: readonly string[]) => {
        const isSo = async () => (await lost()).join() === wanted.join()
        await waitUntilTrue('the routers have settled', async () => (await isSo()) && (await isSo())).catch(
          () => undefined,
        )
        return lost()
      }
      expect(await settled([])).toEqual([])
      const played: [number, string[]][] = []
      let open: readonly string[] = []
      for (const { from, windows, prefixes } of data.intervals) {
        for (const id of open) {
          const ended = windows.includes(id) ? undefined : acts.get(id)
          if (ended) await running.undo(ended)
        }
        for (const id of windows) {
          const begun = open.includes(id) ? undefined : acts.get(id)
          if (begun) await running.carryOut(begun)
        }
        open = windows
        const predicted = prefixes.toSorted()
        const gone = await settled(predicted)
        expect({ from, gone }).toEqual({ from, gone: predicted })
        played.push([(Date.parse(from) - now) / MS_PER_HOUR, gone])
      }
      // derived by hand: only London announces 10.2/16 and only Amsterdam 10.9/16, each over both of its paths
      expect(played).toEqual([
        [20, ['10.2.0.0/16']],
        [21, ['10.2.0.0/16']],
        [23, ['10.0.0.0/16', '10.1.0.0/16', '10.2.0.0/16', '10.9.0.0/16']],
        [24, ['10.9.0.0/16']],
        [25, []],
      ])
      process.stdout.write(
        `windows on real routers: ${played.length} of ${data.intervals.length} intervals as predicted\n`,
      )
      for (const id of open) {
        const ended = acts.get(id)
        if (ended) await running.undo(ended)
      }
      expect(await settled([])).toEqual([])
    } finally {
      await running.close()
    }
  })
})
