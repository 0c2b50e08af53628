import { expect, type Page, test } from '@playwright/test'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import type { EstateOverview, WallDisplay, WallTile } from '#lib/overview/api/index.ts'
import { alterApiResponses, awaitContentAfterRefetch } from './altered-answers.ts'
import { waitForCircuitByName, fetchLondonOutageIncident } from './estate.ts'
import { showOnlyGivenOpenIncidents } from './open-incidents.ts'
import { alterWallResponses, openWallDisplay, getWallTileByName } from './wall-pages.ts'

// lib/circuits/answers/circuits.db.test.ts and lib/overview/answers/{problems,wall-tiles}.test.ts test the server's
// handling of late polls; the tests below check how each screen shows it
const iso = (ms: number) => new Date(ms).toISOString()
const CIRCUIT = 'erc-london'

/**
 * Returns an outage that began twelve minutes ago, with the last good poll ten minutes ago, so that it lasted between
 * two and twelve minutes.
 */
function lateOutage() {
  const now = Date.now()
  const [earliest, latest, last] = [
    now - 12.5 * MS_PER_MINUTE,
    now - 12 * MS_PER_MINUTE,
    now - 10 * MS_PER_MINUTE + 5_000,
  ].map(iso)
  const since: [string, string] = [earliest as string, latest as string]
  const oldest = last as string
  return {
    since,
    unconfirmedSince: oldest,
    freshness: { state: 'stale', oldestPollAt: oldest, latePollAt: oldest } as const,
    words: `last known at ${oldest.slice(0, 16).replace('T', ' ')} UTC`,
  }
}

test('an outage whose polls are late stays red, says since when, and lasts no longer for certain', async ({
  page,
  request,
}) => {
  const { id } = await waitForCircuitByName(request, CIRCUIT)
  const past = await fetchLondonOutageIncident(request)
  const { since, unconfirmedSince, freshness, words } = lateOutage()
  const incident: Incident = {
    ...past,
    state: 'open',
    phase: 'ongoing',
    cause: null,
    diagnosing: true,
    root: past.root && { ...past.root, startedBetween: since, endedBetween: null },
    startedBetween: since,
    endedBetween: null,
    closedAt: null,
    unverifiedSince: unconfirmedSince,
    outages: [{ startedBetween: since, endedBetween: null, certain: [{ from: since[1], to: null }] }],
  }
  const down = { state: 'down', reason: 'BGP is down.', since, unconfirmedSince } as const
  const without = { redundancy: 'no_path', unconfirmedSince, atLeastPaths: 0, atMostPaths: 0 } as const
  const lost = (circuit: Circuit): Circuit => ({
    ...circuit,
    ...without,
    paths: circuit.paths.map((path) => ({ ...path, ...down })),
    peerings: circuit.peerings.map((peering) => ({
      ...peering,
      ...without,
      paths: peering.paths.map((path) => ({ ...path, ...down })),
    })),
  })
  await showOnlyGivenOpenIncidents(page, [incident])
  await alterApiResponses<Circuit[]>(page, /\/api\/v1\/circuits(\?|$)/, (circuits) =>
    circuits.map((circuit) => (circuit.id === id ? lost(circuit) : circuit)),
  )
  await alterApiResponses<Circuit>(page, new RegExp(`/api/v1/circuits/${id}$`), lost)
  await alterWallResponses(page, request, (wall) => ({
    ...wall,
    tiles: wall.tiles
      .map((tile): WallTile => {
        if (tile.name !== CIRCUIT) return tile
        const lasts = {
          since,
          unconfirmedSince,
          confirmedAt: unconfirmedSince,
          freshness,
          recovered: null,
          incidentId: incident.id,
          diagnosing: true,
        }
        return {
          ...tile,
          state: 'down',
          owner: { owner: 'unknown', name: null, confidence: null },
          nextStep: null,
          briefStep: null,
          ...lasts,
        }
      })
      .toSorted((a, b) => Number(b.name === CIRCUIT) - Number(a.name === CIRCUIT)),
  }))

  await page.goto('/')
  const open = page.getByRole('list', { name: 'Open incidents' })
  // a row has no space for the date of the present day
  await awaitContentAfterRefetch(
    page,
    open.getByText(new RegExp(`last known at .*${unconfirmedSince.slice(11, 16)} UTC`)),
  )
  await expect(open).toContainText('Diagnosing: waiting for polls newer than its start')
  await expect(open).toContainText('2 min 05 s')
  await expect(open).not.toContainText(/Provider|Equinix, |Microsoft|Next step:/)
  await expect(page.getByRole('link', { name: /^erc-london, DOWN/ })).toHaveAccessibleName(new RegExp(words))

  await page.goto(`/circuits/${id}`)
  await awaitContentAfterRefetch(page, page.getByText(`This is ${words}.`).first())
  await expect(page.getByRole('main')).toContainText(`DOWN (${words})`)
  await expect(page.getByRole('region', { name: 'Primary', exact: true })).toContainText('DOWN')
  await expect(page.getByRole('main')).toContainText('for at least 2 min 05 s, at most')
  await expect(page.getByRole('region', { name: 'Open incident' })).toContainText('Diagnosing')

  await openWallDisplay(page)
  const tile = getWallTileByName(page, CIRCUIT)
  await expect(tile).toContainText('DOWN')
  await expect(tile).toContainText('≥ 2 min')
  await expect(tile).toContainText(new RegExp(`last known at .*${unconfirmedSince.slice(11, 19)}`))
  await expect(tile).toContainText('Diagnosing')
  await expect(tile).toHaveAttribute('data-age', 'stale')
  await expect(tile).toHaveCSS('background-color', await colourOf(page, '--wall-down'))
  await expect(tile.locator('.wall-tile-body')).toHaveCSS('opacity', '1')
})

test('one slow collector is one tile and one line, and what it polls dims with its age', async ({ page, request }) => {
  const [late, stale] = [iso(Date.now() - 130_000), iso(Date.now() - 310_000)]
  const lastKnown = { called: 'both paths up', at: stale }
  const reason = '9 of 30 polls are late: peers, summary.'
  const href = '/sources'
  await alterApiResponses<EstateOverview>(page, /\/api\/v1\/overview$/, (overview) => ({
    ...overview,
    worstFirst: [
      {
        type: 'source',
        id: 'collector',
        name: 'Collector',
        state: 'late',
        called: 'late',
        kind: null,
        severity: 'unknown',
        reason,
        since: null,
        unconfirmedSince: null,
        href,
        incidentId: null,
      },
      {
        type: 'circuit',
        id: 'kept',
        name: CIRCUIT,
        state: 'unknown',
        called: 'unknown',
        kind: null,
        severity: 'unknown',
        reason: 'Both paths: The BGP session is not known.',
        since: null,
        unconfirmedSince: null,
        lastKnown,
        href: '/circuits',
        incidentId: null,
      },
    ],
  }))
  await alterApiResponses<Circuit[]>(page, /\/api\/v1\/circuits(\?|$)/, (all) =>
    all.map((circuit) => ({
      ...circuit,
      redundancy: 'unknown',
      impaired: null,
      unconfirmedSince: null,
      lastKnown: { state: 'redundant', at: stale },
    })),
  )
  const ages = [
    { state: 'late', oldestPollAt: late, latePollAt: late },
    { state: 'stale', oldestPollAt: stale, latePollAt: stale },
    { state: 'fresh', oldestPollAt: iso(Date.now()), latePollAt: null },
  ] as const
  const circuits = (wall: WallDisplay) =>
    wall.tiles
      .filter(({ type }) => type === 'circuit')
      .slice(0, ages.length)
      .map((tile, index): WallTile => {
        const own = { ...tile, recovered: null, freshness: ages[index] ?? ages[0] }
        const kept = {
          state: 'unknown',
          word: 'unknown',
          lastKnown: { ...lastKnown, state: 'up', word: 'up' },
        } as const
        return ages[index]?.state === 'stale' ? { ...own, ...kept } : { ...own, state: 'up' }
      })
  await alterWallResponses(
    page,
    request,
    (wall) => {
      const own = circuits(wall)
      const collector: WallTile = {
        ...(own[0] as WallTile),
        id: 'source/collector/Collector',
        type: 'collector',
        name: 'Collector',
        state: 'unknown',
        word: 'late',
        views: [],
        meaning: reason.replace(/:.*/, ''),
        href,
      }
      return {
        ...wall,
        tiles: [collector, ...own],
        counts: { down: 0, degraded: 0, unknown: 2, maintenance: 0, up: 2, silent: 0 },
      }
    },
    ages[1],
  )

  await page.goto('/')
  const banner = page.getByRole('status').filter({ hasText: reason })
  await awaitContentAfterRefetch(page, banner)
  await expect(banner).toContainText(new RegExp(`1 circuit: state last known at .*${stale.slice(11, 16)} UTC\\.`))
  await expect(page.getByText(reason)).toHaveCount(1)
  await expect(page.getByRole('list', { name: 'Problems without an incident' })).toHaveCount(0)
  await page.goto('/circuits')
  const row = page.getByRole('row').filter({ hasText: CIRCUIT })
  await awaitContentAfterRefetch(page, row.getByText('BOTH PATHS UP'))
  await expect(row).toContainText(`last known at ${stale.slice(11, 19)} UTC`)

  await openWallDisplay(page)
  const tiles = page.getByRole('listitem')
  await expect(tiles.filter({ hasText: 'Collector' })).toContainText('9 of 30 polls are late')
  await expect(tiles.filter({ hasText: /Collector/ })).toHaveCount(1)
  await expect(tiles.and(page.locator('[data-state=up]'))).toHaveCount(ages.length)
  await expect(tiles.and(page.locator('[data-age=stale]'))).toContainText(`UP, last known ${stale.slice(11, 19)}`)
  await expect(page.getByRole('contentinfo')).not.toContainText('not ok')
  const opacityOf = (age: string) =>
    tiles
      .and(page.locator(`[data-state=up]${age}`))
      .locator('.wall-tile-body')
      .evaluate((body) => Number(getComputedStyle(body).opacity))
  const [old, older, fresh] = [
    await opacityOf('[data-age=late]'),
    await opacityOf('[data-age=stale]'),
    await opacityOf(':not([data-age])'),
  ]
  expect(older).toBeLessThan(old)
  expect(old).toBeLessThan(fresh)
  await expect(page.getByRole('contentinfo')).toContainText(/DATA LATE, oldest poll \d+ min \d\d s ago/)
})

/** Returns a color of the wall display, as computed by the browser. */
const colourOf = (page: Page, name: string) =>
  page.locator('.wall').evaluate((wall, property) => {
    const probe = wall.appendChild(document.createElement('i'))
    probe.style.color = `var(${property})`
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  }, name)
