import { expect, test } from '@playwright/test'
import { waitForCircuitByName } from './estate.ts'

test('the demo has customers at its first start, two of them on one hub', async ({ request }) => {
  await waitForCircuitByName(request, 'erc-northwind-uk')
  const answer = await request.get('/api/v1/wall?by=customer')
  const { data } = (await answer.json()) as { data: { subscriptions: { name: string }[] } }
  expect(data.subscriptions.map(({ name }) => name)).toEqual(['Contoso', 'Northwind', 'Tailspin'])
})
