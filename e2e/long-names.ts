import type { Page } from '@playwright/test'

/** Maximum length of the names of most network resources in Azure. Names may contain no space. */
const LONGEST_NAME = 80

/**
 * Lengthens the names of resources on the page. Texts in pictures are not changed, because pictures shorten their texts
 * to the available width.
 */
export async function lengthenResourceNames(page: Page, names: readonly string[]): Promise<void> {
  await page.evaluate(
    ({ names, length }) => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        if (text.parentElement?.closest('svg, script, style, .wall')) continue
        const given = text.nodeValue ?? ''
        const longer = names.reduce((rest, name) => rest.replaceAll(name, name.padEnd(length, 'x')), given)
        // a text is written only if it changed, because each write makes the browser lay out the text again
        if (longer !== given) text.nodeValue = longer
      }
    },
    { names: [...names], length: LONGEST_NAME },
  )
}

/** Returns the elements that extend beyond the right edge of the page; empty if the page does not scroll sideways. */
export function findElementsBeyondRightEdge(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    // elements within a scrolling or clipping container do not widen the page
    const isHeld = (element: Element): boolean => {
      for (let outer = element.parentElement; outer && outer !== document.body; outer = outer.parentElement)
        if (getComputedStyle(outer).overflowX !== 'visible' && outer.getBoundingClientRect().right <= clientWidth + 0.5)
          return true
      return false
    }
    const beyond = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 0.5 && !isHeld(element),
    )
    if (beyond.length === 0) return [`the page is ${scrollWidth} px wide`]
    const innermost = beyond.filter((element) => !beyond.some((other) => other !== element && element.contains(other)))
    return innermost.slice(0, 10).map((element) => `${element.tagName} ${(element.textContent ?? '').slice(0, 60)}`)
  })
}
