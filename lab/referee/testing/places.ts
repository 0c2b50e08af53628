import { settingsTabs } from '#components/settings/tabs.ts'
import { type RequestProductFunction, fetchApiResponseData } from './ask.ts'
import { buildPageUrlPath, renderPageResponse, productPageFiles } from './pages.ts'
import { pickEvenlySpacedItems } from './questions.ts'
import type { RecordedProductAnswer } from './recording.ts'

type Place = Record<string, string>

/**
 * Renders the first response of every page, with each set of path parameters.
 * @param most maximum number of sets for one page
 */
export async function drawEveryPage(
  ask: RequestProductFunction,
  most: number,
): Promise<Omit<RecordedProductAnswer, 'scope'>[]> {
  const places = await placesOf(ask)
  const drawn: Omit<RecordedProductAnswer, 'scope'>[] = []
  for (const file of productPageFiles) {
    const own = file.includes('[') ? places[file] : [{}]
    if (!own) throw new Error(`the referee knows no place of ${file}: give some in lab/referee/testing/places.ts`)
    const shown = file.includes('[tab]') ? own : pickEvenlySpacedItems(own, most)
    for (const place of shown)
      drawn.push({ name: `page ${buildPageUrlPath(file, place)}`, ...(await renderPageResponse(file, place)) })
  }
  return drawn
}

/** Returns the path parameters with which pages are rendered. */
async function placesOf(ask: RequestProductFunction): Promise<Record<string, Place[]>> {
  const rows = <Row>(path: string) => fetchApiResponseData<Row[]>(ask, path)
  const byId = async (path: string) => (await rows<{ id: string }>(path)).map(({ id }) => ({ id }))
  const sessions = await rows<{ scope: string; localAddress: string | null; neighbor: string }>('sessions?limit=200')
  return {
    '(screens)/circuits/[id]/page.tsx': await byId('circuits'),
    '(screens)/customers/[name]/page.tsx': (await rows<{ name: string }>('customers')).map(({ name }) => ({ name })),
    '(screens)/gateways/[id]/page.tsx': await byId('gateways'),
    '(screens)/hubs/[id]/page.tsx': await byId('hubs'),
    '(screens)/incidents/[id]/page.tsx': await byId('incidents?limit=20'),
    '(screens)/routers/[id]/page.tsx': await byId('routers'),
    '(screens)/sessions/[scope]/[ends]/page.tsx': sessions.map(({ scope, localAddress, neighbor }) => ({
      scope,
      ends: `${localAddress}~${neighbor}`,
    })),
    '(screens)/settings/[tab]/page.tsx': settingsTabs.map(({ id }) => ({ tab: id })),
  }
}
