import { expect, it } from 'vitest'
import { getOperatorCardPart } from './operator-card-part.ts'

it.each([
  ['AzurePrivatePeering/primary', 'primary'],
  ['AzurePrivatePeering', ''],
  ['10.0.4.12~10.0.4.4', '10.0.4.12~10.0.4.4'],
  ['ergw-hub', ''],
  ['', ''],
])('a card of %s is that of part "%s"', (subject, part) => expect(getOperatorCardPart(subject)).toBe(part))
