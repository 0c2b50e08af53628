/**
 * Returns the enabled controls of the page that match and are visible or in the menu of its head. Hidden duplicates,
 * for example of a list for phones, are left out.
 */
export const pageControls = (selector: string): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>(`#content ${selector}`)].filter(
    (control) => !control.matches(':disabled') && (control.checkVisibility() || control.closest('[popover]') !== null),
  )
