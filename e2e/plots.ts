import type { Download, Page } from '@playwright/test'

/** Saves a chart with axes through its menu. */
export async function savedFile(page: Page, label: string | RegExp, form: 'SVG' | 'PNG' | 'CSV'): Promise<Download> {
  const plot = page.getByRole('group', { name: label })
  await plot.getByRole('button', { name: /^Save / }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('dialog', { name: /^Save / })
      .getByRole('button', { name: form })
      .click(),
  ])
  return download
}
