import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/**
 * What axe finds wrong with a page.
 * @param options.within a selector; absent = the whole page
 * @param options.rules of axe; absent = all
 * @param options.rows how many rows of each table are checked; absent = all
 */
export async function violationsOf(
  page: Page,
  { within, rules, rows }: { within?: string; rules?: string[]; rows?: number } = {},
) {
  // what passes is not described: a page has thousands of elements that do
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  if (within) axe.include(within)
  if (rules) axe.withRules(rules)
  if (rows !== undefined) axe.exclude(`tbody > tr:nth-child(n + ${rows + 1})`)
  return (await axe.analyze()).violations
}
