/**
 * Returns the enabled controls in the page's content that match a selector and are visible, or are in the menu of the
 * page head. Hidden duplicates, for example of a list for phones, are left out.
 */
export const findPageControls = (selector: string): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>(`#content ${selector}`)].filter(
    (control) => !control.matches(':disabled') && (control.checkVisibility() || control.closest('[popover]') !== null),
  )
