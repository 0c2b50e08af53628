import type { WallDisplay, WallEstate, WallState, WallTile } from '#lib/overview/api/index.ts'

/** Returns a tile with default values, changed by `more`. */
export const createTestWallTile = (id: string, state: WallState = 'up', more: Partial<WallTile> = {}): WallTile => ({
  id,
  type: 'circuit',
  name: `erc-${id}`,
  subscriptionId: 'sub-1',
  views: ['sub-1'],
  state,
  word: state === 'silent' ? 'no_peers' : state,
  called: state === 'up' ? 'both paths up' : state,
  meaning: 'Both paths up',
  risk: null,
  outcome: null,
  doubt: null,
  owner: null,
  diagnosing: false,
  since: null,
  unconfirmedSince: null,
  recovered: null,
  bitsPerSecond: null,
  plannedUntil: null,
  incidentId: null,
  acknowledged: null,
  impact: null,
  nextStep: null,
  briefStep: null,
  freshness: { state: 'fresh', oldestPollAt: null, latePollAt: null },
  href: '/circuits/x',
  ...more,
})

function countsOf(tiles: readonly WallTile[]): WallDisplay['counts'] {
  const counts: WallDisplay['counts'] = { down: 0, degraded: 0, unknown: 0, maintenance: 0, up: 0, silent: 0 }
  for (const { state } of tiles) counts[state]++
  return counts
}

const estateOf = (tiles: readonly WallTile[]): WallEstate => {
  const circuits: WallEstate['circuits'] = {}
  for (const { word } of tiles) circuits[word] = (circuits[word] ?? 0) + 1
  return { circuits, gateways: {} }
}

/** Returns a wall with these tiles, as in an API response: each subscription has its own counts. */
export function createTestWallData(tiles: WallTile[], more: Partial<WallDisplay> = {}): WallDisplay {
  const ids = [...new Set(tiles.flatMap(({ views }) => views))]
  return {
    tiles,
    counts: countsOf(tiles),
    estate: estateOf(tiles),
    headline: {
      severity: 'up',
      text: 'All is well',
      since: null,
      unconfirmedSince: null,
      confirmedAt: null,
      more: null,
      sentence: '',
    },
    allWellSince: null,
    subscriptions: ids.map((id) => {
      const own = tiles.filter(({ views }) => views.includes(id))
      return { id, name: `Customer ${id}`, counts: countsOf(own), estate: estateOf(own) }
    }),
    lastEvents: [],
    ahead: null,
    collector: { state: 'fresh', newestPollAt: null },
    ...more,
  }
}
