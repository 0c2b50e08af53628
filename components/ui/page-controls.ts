/** The controls of the page that match and can be pressed, also in the menu of its head; a list may stand there twice, once for phones. */
export const pageControls = (selector: string): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>(`#content ${selector}`)].filter(
    (control) => !control.matches(':disabled') && (control.checkVisibility() || control.closest('[popover]') !== null),
  )
