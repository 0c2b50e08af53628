import { expect, it } from 'vitest'
import { isMaskedAddress, maskChannelAddress, maskMailAddress } from './masked-address.ts'

it.each([
  ['https://hooks.slack.com/services/T000/B000/XXXXXXXXa1b2', 'https://hooks.slack.com/…a1b2'],
  [
    'https://x.webhook.office.com:8443/webhookb2/1@2/IncomingWebhook/3?token=s3cr3t',
    'https://x.webhook.office.com:8443/…cr3t',
  ],
  ['https://hooks.example/hook', 'https://hooks.example/…'],
  ['https://hooks.example/?token=abc', 'https://hooks.example/…'],
  ['https://hooks.example', 'https://hooks.example/'],
])('%s is shown as %s', (address, shown) => {
  expect(maskChannelAddress(address)).toBe(shown)
})

it.each([
  ['https://hooks.slack.com/…a1b2', true],
  ['https://hooks.slack.com/%E2%80%A6a1b2', true],
  ['https://hooks.slack.com/services/…', false],
  ['https://hooks.slack.com/services/T0', false],
])('%s is a masked address: %s', (text, isMasked) => {
  expect(isMaskedAddress(text)).toBe(isMasked)
})

it.each([
  ['first.last@noc.example.com', 'f…@noc.example.com'],
  ['noc@example.com', '…@example.com'],
  ['"a@b c"@example.com', '"…@example.com'],
  ['operator', '…'],
])('the mail address %s is shown as %s', (address, shown) => {
  expect(maskMailAddress(address)).toBe(shown)
})
