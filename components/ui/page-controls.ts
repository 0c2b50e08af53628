/**
 * Returns the controls of the page's content that match the selector, are enabled, and are visible or in the menu of
 * the page head. Hidden duplicates, for example of a list for phones, are left out.
 */
export const pageControls = (selector: string): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>(`#content ${selector}`)].filter(
    (control) => !control.matches(':disabled') && (control.checkVisibility() || control.closest('[popover]') !== null),
  )
