import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import type { WallDisplay } from '#lib/overview/api/index.ts'
import { printFigureLine } from './figures.ts'
import { fetchList } from '../product/list.ts'
import type { RecordedWallDisplay } from './wall-record.ts'

/**
 * Maximum time until all walls show a change: several polls, their confirmation, and the next request of the slowest
 * wall.
 */
const PATIENCE_MS = 45_000
const LOOK_EVERY_MS = 250
/** Seconds after which a cut ends automatically, in case the bench is stopped halfway. */
const CUT_SECONDS = 300

/**
 * Maximum number of rounds, which cut each path twice. A session that goes down a third time within half an hour is
 * flapping, and its circuit's tile stays degraded.
 */
export const MAX_ROUNDS = 4

/**
 * Milliseconds from the end of the poll that caused an event to the frame in which the tile shows its state, by the
 * name of the wall.
 */
export type EventToPixelDelays = Record<string, number[]>

interface Watch {
  url: string
  control: string
  walls: Record<string, RecordedWallDisplay>
  circuits: readonly Circuit[]
}

/**
 * Cuts a path of every circuit whose tile shows it as up, and restores the path. Does this `rounds` times with
 * alternating paths. All times come from this machine's clock. If a wall does not show a change in time, the change is
 * printed as missing and has no delay in the result.
 */
export async function eventToPixel(
  url: string,
  walls: Record<string, RecordedWallDisplay>,
  rounds: number,
): Promise<EventToPixelDelays> {
  const [first] = Object.values(walls)
  if (!first) throw new Error('no wall to look at')
  const watch = { url, control: await controlOf(first.page, url), walls, circuits: await circuitsUp(url, first) }
  const delays: EventToPixelDelays = Object.fromEntries(Object.keys(walls).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const path = round % 2 === 0 ? 'primary' : 'secondary'
    const cuts: string[] = []
    printFigureLine(`round ${round + 1} of ${rounds}: the ${path} path of ${watch.circuits.length} circuits is cut`)
    await observe(watch, delays, { state: 'degraded', kind: 'redundancy_lost' }, async () => {
      for (const { name } of watch.circuits) {
        const cut = { op: 'cut-path', circuit: name, path, seconds: CUT_SECONDS }
        cuts.push(((await post(`${watch.control}/happenings`, cut)) as { id: string }).id)
      }
    })
    await observe(watch, delays, { state: 'up', kind: 'redundancy_restored' }, async () => {
      for (const id of cuts) await post(`${watch.control}/restore`, { id })
    })
  }
  return delays
}

/** Causes a change, waits until all walls show it, and adds the delays. */
async function observe(
  { url, walls, circuits }: Watch,
  delays: EventToPixelDelays,
  { state, kind }: { state: string; kind: string },
  happen: () => Promise<void>,
): Promise<void> {
  const from = Date.now()
  await happen()
  const shownBy = async (wall: RecordedWallDisplay) =>
    new Map(
      (await wall.shown()).filter((one) => one.state === state && one.at >= from).map(({ name, at }) => [name, at]),
    )
  const missing = async () => {
    const all = await Promise.all(Object.values(walls).map(shownBy))
    return all.flatMap((shown) => circuits.filter(({ name }) => !shown.has(name)))
  }
  while ((await missing()).length > 0 && Date.now() - from < PATIENCE_MS) await delay(LOOK_EVERY_MS)
  const events = await eventsSince(url, circuits, kind, from)
  for (const [name, wall] of Object.entries(walls)) {
    const shown = await shownBy(wall)
    const times = circuits.flatMap(({ id, name }) => {
      const [event, at] = [events.get(id), shown.get(name)]
      return event === undefined || at === undefined ? [] : [at - event]
    })
    delays[name]?.push(...times)
    printFigureLine(`  ${state} on ${times.length} of ${circuits.length} tiles of the wall that ${name}`)
  }
}

/** Returns the circuits that are up and have a tile on this wall. */
async function circuitsUp(url: string, wall: RecordedWallDisplay): Promise<Circuit[]> {
  const { data } = (await (await fetch(`${url}/api/v1/wall`)).json()) as { data: WallDisplay }
  const up = new Set(data.tiles.filter(({ state }) => state === 'up').map(({ name }) => name))
  const shown = new Set((await wall.shown()).map(({ name }) => name))
  const circuits = await fetchList<Circuit>(url, 'circuits?limit=1000')
  const found = circuits.filter(({ name }) => up.has(name) && shown.has(name))
  if (found.length === 0) throw new Error('no circuit is up')
  return found
}

/** Returns the detection time of the newest event of a kind for each circuit, by circuit ID. */
async function eventsSince(
  url: string,
  circuits: readonly Circuit[],
  kind: string,
  from: number,
): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const { id } of circuits) {
    const [event] = await fetchList<DetectedNetworkEvent>(
      url,
      `events?${new URLSearchParams({ kind, scope: id, limit: '1' })}`,
    )
    if (event && Date.parse(event.detectedAt) >= from) found.set(id, Date.parse(event.detectedAt))
  }
  return found
}

/**
 * Returns the URL at which the simulator is controlled. It is taken from the requests of a page that uses the control;
 * walls do not use it.
 */
async function controlOf(beside: Page, url: string): Promise<string> {
  const page = await beside.context().newPage()
  const [request] = await Promise.all([page.waitForRequest(/\/_control\/state$/), page.goto(url)])
  await page.close()
  return request.url().replace(/\/state$/, '')
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response.json()
}
