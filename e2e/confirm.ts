import type { Page } from '@playwright/test'

/** Answers the question that a button asked before it does what can't be undone. */
export const confirm = (page: Page, action: string) =>
  page.getByRole('alertdialog').getByRole('button', { name: action, exact: true }).click()
