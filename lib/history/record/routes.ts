import type { PoolClient } from 'pg'
import type { Change, RouteAttributes, RouteChange, RouteRow } from '#lib/contract/index.ts'
import { beginOf, closed, endOf, opened, openedAfter } from './interval.ts'
import type { Reading } from './reading.ts'
import { attributesByNumber, numberAttributes } from './route-attributes.ts'
import { attributesFrom, type RouteKey, routeKeyText, tableOf } from './route-table.ts'
import type { RouteKind } from './route-kinds.ts'
import { type KnownRoute, loadRoutes, type RouteStep, saveRoutes } from './route-rows.ts'

/** Records one route table: reads what is current once, compares in memory, writes only what differs. */
export async function recordRoutes(
  client: PoolClient,
  reading: Reading,
  kind: RouteKind,
  rows: readonly RouteRow[],
): Promise<Change[]> {
  const table = tableOf(rows)
  const numbers = await numberAttributes(client, reading.sourceId, new Set([...table.values()].map(({ text }) => text)))
  const known = await loadRoutes(client, reading.sourceId, kind)
  const steps: RouteStep[] = []
  for (const [name, entry] of table) {
    const step = present(known.get(name) ?? null, entry, numbers.get(entry.text) ?? null, reading)
    if (step) steps.push(step)
  }
  for (const [name, route] of known) {
    if (!route.open || table.has(name) || !reading.readsAbsence(route.instance)) continue
    steps.push({
      ...keyOf(route),
      known: route,
      attributesId: null,
      open: null,
      past: closed(route.open, reading, route.instance),
    })
  }
  if (steps.length === 0) return []
  await saveRoutes(client, reading.sourceId, kind, steps)
  const before = steps.flatMap(({ known: route }) => (route?.attributesId == null ? [] : [route.attributesId]))
  const sets = await attributesByNumber(client, reading.sourceId, before)
  const changes = steps.map((step) => changeOf(step, sets, table.get(routeKeyText(step))?.text ?? null))
  return sorted(changes)
}

function present(
  known: KnownRoute | null,
  key: RouteKey,
  attributesId: number | null,
  reading: Reading,
): RouteStep | null {
  if (attributesId === null) throw new Error('a set of route attributes has no number')
  if (known?.open && known.attributesId === attributesId) return null
  const past = known?.open ? closed(known.open, reading, key.instance) : null
  const open = past ? openedAfter(reading, past.lastPresent) : opened(reading, key.instance)
  return { ...keyOf(key), known, attributesId, open, past }
}

function keyOf({ instance, peer, prefix }: RouteKey): RouteKey {
  return { instance, peer, prefix }
}

function changeOf(
  { instance, peer, prefix, known, open, past }: RouteStep,
  sets: ReadonlyMap<number, RouteAttributes[]>,
  text: string | null,
): RouteChange {
  const key = { type: 'route' as const, instance: instance || null, peer: peer || null, prefix }
  const before = past && known?.attributesId != null ? (sets.get(known.attributesId) ?? []) : []
  const after = text === null ? [] : attributesFrom(text)
  if (past) return { ...key, op: open ? 'change' : 'withdraw', before, after, between: endOf(past) }
  if (!open) throw new Error('a route that neither was nor is')
  return { ...key, op: 'announce', before, after, between: beginOf(open) }
}

function sorted(changes: readonly RouteChange[]): RouteChange[] {
  const named = changes.map((change) => ({
    change,
    name: routeKeyText({ instance: change.instance ?? '', peer: change.peer ?? '', prefix: change.prefix }),
  }))
  return named.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ change }) => change)
}
