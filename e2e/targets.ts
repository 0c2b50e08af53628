import type { Page } from '@playwright/test'

/**
 * Returns targets that are too small and too close to another one: less than 24 px wide or high, with another target
 * within 12 px of the center (WCAG 2.2, 2.5.8 with its exceptions of spacing and of inline text).
 */
export function findCrowdedTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const LEAST = 24
    const pressed = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=slider]'
    const isCut = (element: Element): boolean => {
      const box = element.getBoundingClientRect()
      for (let outer = element.parentElement; outer; outer = outer.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(outer)
        const frame = outer.getBoundingClientRect()
        if (overflowX !== 'visible' && (box.right < frame.left || box.left > frame.right)) return true
        if (overflowY !== 'visible' && (box.bottom < frame.top || box.top > frame.bottom)) return true
      }
      return false
    }
    // fixed and sticky elements cover others only until the page is scrolled
    const isAbove = (element: Element): boolean => {
      for (let outer: Element | null = element; outer; outer = outer.parentElement)
        if (['fixed', 'sticky'].includes(getComputedStyle(outer).position)) return true
      return false
    }
    const isInSentence = (element: Element): boolean => {
      if (element instanceof SVGElement) return false
      for (let line: Element | null = element; line && getComputedStyle(line).display === 'inline'; ) {
        line = line.parentElement
        if ([...(line?.childNodes ?? [])].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()))
          return true
      }
      return false
    }
    const targets = [...document.querySelectorAll(pressed)].flatMap((element) => {
      if (element.getAttribute('aria-hidden') === 'true' || !element.checkVisibility({ visibilityProperty: true }))
        return []
      // a click on a checkbox's label toggles it too
      const { left, right, top, bottom, width, height } = (
        (element.matches('input') && element.closest('label')) ||
        element
      ).getBoundingClientRect()
      if (width <= 1 || height <= 1 || isCut(element)) return []
      const isSmall = Math.min(width, height) < LEAST - 0.5
      const [x, y] = [(left + right) / 2, (top + bottom) / 2]
      return {
        element,
        isAbove: isAbove(element),
        left,
        right,
        top,
        bottom,
        x,
        y,
        isSmall,
        size: `${Math.round(width)} x ${Math.round(height)}`,
      }
    })
    const nameOf = ({ element, size }: (typeof targets)[number]) =>
      `${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)} (${size})`
    return targets.flatMap((one) => {
      if (!one.isSmall || isInSentence(one.element)) return []
      const near = targets.find((other) => {
        if (
          other === one ||
          one.isAbove !== other.isAbove ||
          one.element.contains(other.element) ||
          other.element.contains(one.element)
        )
          return false
        const across = Math.max(other.left - one.x, 0, one.x - other.right)
        const down = Math.max(other.top - one.y, 0, one.y - other.bottom)
        if (Math.hypot(across, down) < LEAST / 2) return true
        return other.isSmall && Math.hypot(other.x - one.x, other.y - one.y) < LEAST
      })
      return near ? `${nameOf(one)} beside ${nameOf(near)}` : []
    })
  })
}
