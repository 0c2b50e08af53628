/**
 * Returns the enabled controls in the page's content that match a selector. A control must be visible, or be in the
 * menu of the page head. Hidden duplicates, for example in a list that only phones show, are left out.
 */
export const findPageControls = (selector: string): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>(`#content ${selector}`)].filter(
    (control) => !control.matches(':disabled') && (control.checkVisibility() || control.closest('[popover]') !== null),
  )
