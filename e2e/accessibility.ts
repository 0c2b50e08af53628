import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/**
 * Returns the accessibility violations that axe finds on a page.
 * @param options.within CSS selector; absent = the whole page
 * @param options.rules rules of axe; absent = all
 * @param options.rows number of checked rows of each table; absent = all
 */
export async function findAccessibilityViolations(
  page: Page,
  { within, rules, rows }: { within?: string; rules?: string[]; rows?: number } = {},
) {
  // report violations only, because a page has thousands of elements that pass
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  if (within) axe.include(within)
  if (rules) axe.withRules(rules)
  if (rows !== undefined) axe.exclude(`tbody > tr:nth-child(n + ${rows + 1})`)
  return (await axe.analyze()).violations
}
