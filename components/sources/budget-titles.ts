import type { ApiPolledSource } from '#lib/setup/api/index.ts'

export const budgetTitles: Record<ApiPolledSource['budgets'][number]['name'], string> = {
  'arm.reads': 'ARM reads',
  'arm.writes': 'ARM writes',
  'network.reads': 'Network provider reads',
  'network.writes': 'Network provider writes',
}
