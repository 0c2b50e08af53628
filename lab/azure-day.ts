/**
 * Simulates hours of polling against Azure's limits at virtual time: `npm run bench azure-day -- --circuits=50
 * --layout=one|ten --workers=1|4 [--hours=24] [--counts-posts] [--json=FILE] [--quiet]`. Runs every combination if
 * options have several values, separated by commas.
 * Half of the circuits have two peerings; each circuit has its own gateway. An operator changes one gateway for an
 * hour, one gateway instance is unreachable for half an hour, and each circuit loses a path for ten minutes once a day.
 * `azure-day/day.ts` describes which parts are the product's code and which are a model.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { createProfileWithChoices } from './simulator/index.ts'
import { runDay } from './azure-day/day.ts'
import type { VirtualDayPoll } from './azure-day/day-poll.ts'
import { discoverEstate, type CircuitsPerSubscription } from './azure-day/estate.ts'
import { type CellFigures, summarizeCell, formatCellTable, formatGroupTable } from './azure-day/report.ts'

const { values } = parseArgs({
  options: {
    circuits: { type: 'string', default: '50' },
    layout: { type: 'string', default: 'ten' },
    workers: { type: 'string', default: '1' },
    hours: { type: 'string', default: '24' },
    'counts-posts': { type: 'boolean', default: false },
    json: { type: 'string' },
    quiet: { type: 'boolean', default: false },
  },
})
const ORIGIN = Date.parse('2026-03-02T00:00:00Z')
const print = (text: string) => process.stdout.write(`${text}\n`)
const list = (text: string) => text.split(',')

/** Numbers of the gateway that is being changed, and of the gateway with an unreachable instance. */
const LOCKED = 3
const UNREACHABLE = 5
const isOf = (n: number) => (poll: VirtualDayPoll) => new RegExp(`/(gw|erc)-${n}$`).test(poll.load.resourceId)

async function measure(circuits: number, layout: CircuitsPerSubscription, workers: number): Promise<CellFigures> {
  const begun = process.cpuUsage()
  const hours = Number(values.hours)
  const lostInstance = {
    op: 'instance-loss' as const,
    gateway: `gw-${UNREACHABLE}`,
    instance: '10.0.4.13',
    at: '+2h',
    for: '30m',
  }
  const estate = await discoverEstate(circuits, layout, ORIGIN, [lostInstance])
  const gateway = estate.loads.find(({ resourceId }) => resourceId.endsWith(`/gw-${LOCKED}`))
  const day = await runDay({
    estate,
    profile: createProfileWithChoices('azure', { countsPosts: values['counts-posts'] }),
    workers,
    origin: ORIGIN,
    hours,
    // The warm-up is one hour, or a sixth of a shorter run. The slowest tables have twenty polls only after three
    // hours, and a warm-up of this length would take most of the run.
    warmUpMs: Math.min(MS_PER_HOUR, (hours * MS_PER_HOUR) / 6),
    countsPosts: 'learn',
    cutsPerDay: 1,
    locked: gateway && { resourceId: gateway.resourceId, at: ORIGIN + 3 * MS_PER_HOUR, forMs: MS_PER_HOUR },
  })
  const { user, system } = process.cpuUsage(begun)
  const about = { circuits, layout, workers, hours, cpuSeconds: (user + system) / 1e6 }
  const isTroubled = (poll: VirtualDayPoll) => isOf(LOCKED)(poll) || isOf(UNREACHABLE)(poll)
  return summarizeCell(about, day, (poll) => !isTroubled(poll), values['counts-posts'])
}

const cells: CellFigures[] = []
for (const circuits of list(values.circuits).map(Number)) {
  for (const layout of list(values.layout)) {
    if (layout !== 'one' && layout !== 'ten') throw new Error('layouts are one and ten')
    for (const workers of list(values.workers).map(Number)) {
      const cell = await measure(circuits, layout, workers)
      cells.push(cell)
      if (values.json) writeFileSync(values.json, `${JSON.stringify(cells, null, 2)}\n`)
      if (values.quiet) continue
      print(
        `\n${circuits} circuits and gateways, ${layout === 'one' ? 'all in one subscription' : 'ten in each'}, ${workers} workers`,
      )
      print(`${cell.hours} h in ${cell.cpuSeconds.toFixed(0)} s of CPU; ${cell.pollsPerSecond.toFixed(1)} polls/s\n`)
      print(formatGroupTable(cell))
      print(`\nlost: ${JSON.stringify(cell.lost)}; planner: ${JSON.stringify(cell.planner)}`)
    }
  }
}
print(`\n${formatCellTable(cells)}`)
