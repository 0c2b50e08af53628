import { headers } from 'next/headers'
import { permanentRedirect, redirect } from 'next/navigation'
import { cache } from 'react'
import type { PageCustomerAndTime } from '#components/data/endpoint.ts'
import { timeParameterNames, type PageTimeParameters, parsePageTime } from '#components/links/page-time.ts'
import { findPageBehaviorInPast } from '#components/links/past-pages.ts'
import { addPageSelections } from '#components/links/page-selection-href.ts'
import { findDefaultSavedViewSearch } from '#lib/access/index.ts'
import type { RequestCaller } from '#lib/contract/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { getDatabaseForUse } from '#lib/questions/index.ts'
import { PAGE_ADDRESS_HEADER } from './page-address-header.ts'

/** Parts of a page's URL that apply to all queries of its first paint: the customer and the time. */
interface PageAddress extends PageCustomerAndTime {
  clock: PageTimeParameters
}

const searchOf = cache(async () => new URL((await headers()).get(PAGE_ADDRESS_HEADER) ?? '/', 'http://page'))

/** Returns the decoded ID in the path of a resource page. */
export const decodeResourceId = async ({ params }: { params: Promise<{ id: string }> }): Promise<string> =>
  decodeURIComponent((await params).id)

/** Returns the path of the requested page. It works in every component, because it reads the request header. */
export const getRequestedPath = async (): Promise<string> => (await searchOf()).pathname

export const readPageAddress = cache(async (): Promise<PageAddress> => {
  const { pathname, searchParams } = await searchOf()
  const clock = Object.fromEntries(
    timeParameterNames.map((name) => [name, searchParams.get(name)]),
  ) as PageTimeParameters
  const { at } = parsePageTime(clock, getDatabaseNow())
  return {
    clock,
    customer: searchParams.get('customer'),
    at: findPageBehaviorInPast(pathname).shows === 'now' ? null : at,
  }
})

/** Returns a URL for a redirect that keeps the time and the customer of the current URL. */
export async function addPageTimeToHref(href: string): Promise<string> {
  const { searchParams } = await searchOf()
  const kept = [...timeParameterNames, 'customer'].flatMap((name) => {
    const value = searchParams.get(name)
    return value === null ? [] : [[name, value]]
  })
  return addPageSelections(href, new URLSearchParams(kept).toString())
}

/**
 * Redirects a URL with a resource's name to the URL with its ID. The API accepts the name, and its response contains
 * the ID.
 */
export async function redirectNameToId(
  place: { path: string; asked: string },
  answer: Promise<{ data: { id: string } }>,
): Promise<void> {
  const id = await answer.then(
    ({ data }) => data.id,
    () => place.asked,
  )
  if (id !== place.asked) permanentRedirect(await addPageTimeToHref(`${place.path}/${encodeURIComponent(id)}`))
}

/**
 * Redirects a list page without filters to the default view (saved filter) of the visitor or of their team, if one
 * exists (ADR 0268).
 */
export async function redirectToDefaultSavedView(caller: RequestCaller): Promise<void> {
  const { pathname, searchParams } = await searchOf()
  const carried: readonly string[] = [...timeParameterNames, 'customer', '_rsc']
  if (!/^\/[a-z]+$/.test(pathname) || [...searchParams.keys()].some((name) => !carried.includes(name))) return
  const search = await findDefaultSavedViewSearch(getDatabaseForUse('commands').pool, caller, pathname).catch(
    () => null,
  )
  if (search) redirect(await addPageTimeToHref(pathname + search))
}
