/**
 * Plays a scenario of the corpus into a database, in the same way as a worker, and compares the statements whether its
 * incidents need a person with the true losses.
 */
import { type EpochMs, monitoringEventKinds, type UserActionTime, userActionTimes } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { computeShortId } from '#lib/history/index.ts'
import { getIncidents, type IncidentResponse } from '#lib/incidents/answers/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { createScenarioWorld } from '../corpus/run.ts'
import type { CorpusScenario } from '../corpus/scenario.ts'
import { createVirtualAzure } from '../demo-history/virtual-azure.ts'
import { startPastGenerator } from '../demo-history/make-past.ts'
import { putOnTimetable } from '../judge/record.ts'
import { listEffectChangeTimes, type SimulatedWorld } from '../simulator/index.ts'
import { createPrefixLossLookUp, type TrueLoss } from './true-losses.ts'

/**
 * Time in milliseconds after which a loss must be known. Tables are polled every 5 minutes, and an operation takes part
 * of a minute.
 */
export const KNOWN_AFTER_MS = 7 * MS_PER_MINUTE

/** Statement about an incident at one moment, which says how urgently the incident needs a person. */
interface StatedNeed {
  at: EpochMs
  incident: string
  title: string
  when: UserActionTime
  reason: string
}

export interface ScenarioAttentionNeeds {
  stated: StatedNeed[]
  /** true losses that incidents were about, with the most urgent statement at that moment */
  losses: { at: EpochMs; loss: TrueLoss; when: UserActionTime; reasons: string[] }[]
  /** number of incidents in the network for which the statement `now` was made */
  wakes: number
  /** titles of those incidents for which `now` was unnecessary, because every affected prefix still had a path */
  needless: string[]
}

/** Saves the declarations of a scenario that decide about announced work and severity. */
async function declare(
  db: Database,
  { declared, id }: CorpusScenario,
  world: SimulatedWorld,
  at: EpochMs,
): Promise<void> {
  const azure = createVirtualAzure(world)
  const ids = new Map<string, string>()
  for (const { id: subscription } of world.scenario.subscriptions) {
    const target = { resourceId: `/subscriptions/${subscription.toLowerCase()}`, subresource: '' }
    const listed = await azure.poll(target, 'inventory', { startedAt: at, finishedAt: at + 2_000 })
    if (listed.kind === 'inventory') for (const one of listed.rows.resources) ids.set(one.name, one.resourceId)
  }
  azure.close()
  const maintenance = declared.maintenance.map(({ title, scopes, at: from, until }, n) => ({
    id: `${id}-${n}`,
    title,
    scopes: scopes.map((name) => computeShortId(ids.get(name) ?? name)),
    paths: [],
    from: new Date(from).toISOString(),
    to: new Date(until).toISOString(),
    recurrence: null,
    note: '',
  }))
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(client, { maintenance }, { by: 'bench', expected: null }),
  )
}

/** Returns the moments at which statements are compared: when each change must be known, and every half an hour. */
function stopsOf({ start, end }: CorpusScenario, world: SimulatedWorld): EpochMs[] {
  const changes = listEffectChangeTimes(world, start, end).map((at) => at + KNOWN_AFTER_MS)
  const regular = Array.from(
    { length: Math.floor((end - start) / (30 * MS_PER_MINUTE)) },
    (_, n) => start + (n + 1) * 30 * MS_PER_MINUTE,
  )
  const sorted = [...new Set([...changes, ...regular])].filter((at) => at < end).toSorted((a, b) => a - b)
  return sorted.filter((at, n) => n === 0 || at - (sorted[n - 1] ?? 0) > 20_000)
}

const namesOf = ({ scopeName, root }: Pick<IncidentResponse, 'scopeName' | 'root'>) => [
  scopeName,
  root?.scopeName ?? '',
]

/**
 * Plays a scenario and returns its statements and losses.
 * @param db empty database
 */
export async function collectScenarioAttentionNeeds(
  db: Database,
  scenario: CorpusScenario,
): Promise<ScenarioAttentionNeeds> {
  const world = createScenarioWorld(scenario)
  await declare(db, scenario, world, scenario.start)
  const past = await startPastGenerator({
    db,
    world,
    from: scenario.start,
    origin: scenario.end,
    horizon: scenario.end + MS_PER_HOUR,
  })
  const lossesAt = createPrefixLossLookUp(world, scenario.start, scenario.end)
  const result: ScenarioAttentionNeeds = { stated: [], losses: [], wakes: 0, needless: [] }
  const woken = new Map<string, { title: string; isNeeded: boolean }>()
  try {
    for (const at of stopsOf(scenario, world)) {
      await past.upTo(at)
      await putOnTimetable(db)
      const { data } = await getIncidents(db, { limit: 200 }, at)
      const losses = lossesAt(at)
      for (const { id, title, needsYou, ...incident } of data) {
        result.stated.push({ at, incident: id, title, ...needsYou })
        const { root } = incident
        if (needsYou.when !== 'now' || (root !== null && monitoringEventKinds.has(root.kind))) continue
        const names = namesOf(incident)
        const isNeeded = losses.some(({ kind, on }) => kind === 'cut' && names.some((name) => on.has(name)))
        woken.set(id, { title, isNeeded: isNeeded || (woken.get(id)?.isNeeded ?? false) })
      }
      for (const loss of losses.filter(({ since }) => since > scenario.start && at - since >= KNOWN_AFTER_MS - 1_000)) {
        const about = data.filter(
          (one) =>
            namesOf(one).some((name) => loss.on.has(name)) &&
            (one.endedBetween === null || one.endedBetween.latest >= loss.since),
        )
        if (about.length === 0) continue
        const when = userActionTimes.find((time) => about.some(({ needsYou }) => needsYou.when === time)) ?? 'nobody'
        const reasons = about.map(({ title, needsYou }) => `${title}: ${needsYou.when}, ${needsYou.reason}`)
        result.losses.push({ at, loss, when, reasons })
      }
    }
  } finally {
    past.close()
  }
  result.wakes = woken.size
  result.needless = [...woken.values()].flatMap(({ title, isNeeded }) => (isNeeded ? [] : [title]))
  return result
}
