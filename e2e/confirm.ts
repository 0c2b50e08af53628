import type { Page } from '@playwright/test'

/** Confirms the dialog that a button opens before an irreversible action. */
export const confirmInAlertDialog = (page: Page, action: string) =>
  page.getByRole('alertdialog').getByRole('button', { name: action, exact: true }).click()
