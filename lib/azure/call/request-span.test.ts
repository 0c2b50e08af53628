import { expect, it } from 'vitest'
import { redactRequestUrl } from './request-span.ts'

it.each([
  ['https://management.azure.com/subscriptions/s?api-version=2025-05-01', undefined],
  [
    'https://user:pw@management.azure.com/operations/o?api-version=2025-05-01&t=638&c=MIIH&s=sig#x',
    'https://management.azure.com/operations/o?api-version=2025-05-01&t=REDACTED&c=REDACTED&s=REDACTED',
  ],
  [
    'https://management.azure.com/x?%24filter=name%20eq%20a&$skiptoken=abc&timespan=PT5M',
    'https://management.azure.com/x?$filter=REDACTED&$skiptoken=REDACTED&timespan=PT5M',
  ],
])('%s is shown without what gives rights', (url, shown) => {
  expect(redactRequestUrl(new URL(url))).toBe(shown ?? url)
})
